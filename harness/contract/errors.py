"""Reads errors.toml: the error codes of an API, each with its status and how a client can provoke it."""

import unicodedata
from pathlib import Path
from typing import Literal, Self

from pydantic import TypeAdapter, ValidationError, model_validator

from harness.contract.error_body import Shape
from harness.contract.faulty import FaultySpecificationError, first_problem
from harness.contract.lifetimes import holds_in
from harness.contract.requirements import Certainty, Level, Requirement, Source, Strict
from harness.files.tree import read_toml
from harness.files.unreadable import UnreadableFileError


class ErrorCode(Strict):
    """One code of the error catalogue.

    `kind`: a `code` is the kode of an error; a `condition` is a rule that a request can break, and one answer may list
    several; a `status` is a bare status without a code, with the `shapes` that its body may have. `stands_for` names
    the code that this one is accepted in place of, where the documentation gives two codes for the same situation. For
    a condition, `text` describes it in our words, `paths` says where in a request it applies, `only_for_changes` that a
    first request cannot break it, and `first_seen` is the month of its publication; it is also a requirement, with the
    id `requirement` and a `level`. `since` is the first version that has it, `until` the first that no longer has it.
    """

    kode: str = ""
    kind: Literal["code", "condition", "status"] = "code"
    status: int
    area: str
    trigger: str
    triggerable: bool
    certainty: Certainty
    trigger_certainty: Certainty | None = None
    source: Source
    operations: tuple[str, ...] = ()
    stands_for: str | None = None
    note: str | None = None
    shapes: tuple[Shape, ...] = ()
    requirement: str | None = None
    level: Level | None = None
    only_for_changes: bool = False
    text: str | None = None
    paths: tuple[str, ...] = ()
    first_seen: str | None = None
    since: str | None = None
    until: str | None = None

    @model_validator(mode="after")
    def _promises_in_words(self) -> Self:
        if self.requirement and not (self.text and self.level):
            raise ValueError(f"{self.requirement} needs a text and a level")
        return self

    @property
    def promise(self) -> Requirement | None:
        """This entry as a requirement, if it is one."""
        if self.requirement is None or self.text is None or self.level is None:
            return None
        return Requirement(
            id=self.requirement,
            theme=THEME,
            level=self.level,
            text=self.text,
            source=self.source,
            certainty=self.certainty,
            kode=self.kode,
            since=self.since,
            until=self.until,
        )


THEME = "Conditions"
"""The theme of the requirements stated in an error catalogue."""

FILE = "errors.toml"


def error_files(folder: Path, version: str) -> list[Path]:
    """The files of an API's folder with the codes of a version: one for all versions, one for this version, or both."""
    return [path for path in (folder / FILE, folder / version / FILE) if path.is_file()]


def errors_of(folder: Path, version: str) -> dict[str, ErrorCode]:
    """The codes of a version, those for all versions first; raises FaultySpecificationError, also if there are none."""
    codes = catalogue_of(folder, version)
    return {kode: entry for kode, entry in codes.items() if holds_in(version, entry.since, entry.until)}


def catalogue_of(folder: Path, version: str) -> dict[str, ErrorCode]:
    """The codes in a version's files, including those of other versions; raises FaultySpecificationError."""
    files = error_files(folder, version) or [folder / version / FILE]
    return {kode: entry for path in files for kode, entry in load_errors(path).items()}


def load_errors(path: Path) -> dict[str, ErrorCode]:
    """The codes by name, in the order of the file; raises FaultySpecificationError."""
    try:
        entries = TypeAdapter(dict[str, ErrorCode]).validate_python(read_toml(path))
    except ValidationError as error:
        raise FaultySpecificationError(path, first_problem(error)) from error
    except UnreadableFileError as error:
        raise FaultySpecificationError.unreadable(path, error) from error
    named = {unicodedata.normalize("NFC", kode): entry for kode, entry in entries.items()}
    return {kode: entry.model_copy(update={"kode": kode}) for kode, entry in named.items()}
