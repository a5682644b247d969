"""Reads requirements.toml: every promise of an API as a numbered entry."""

import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from harness.contract.faulty import FaultySpecificationError, first_problem
from harness.files.tree import read_toml
from harness.files.unreadable import UnreadableFileError

Level = Literal["must", "should", "may", "observe"]
Actor = Literal["server", "client"]
Certainty = Literal["published", "dated", "model", "example", "observed", "inferred", "unknown", "reconstructed"]


class Strict(BaseModel):
    """Unknown keys are refused: a misspelt key in our own data is a bug."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(Strict):
    """Where a fact is documented: the document and the date of its text."""

    document: str
    date: datetime.date
    url: str | None = None

    def __str__(self) -> str:
        return f"{self.document} ({self.date})"


class Requirement(Strict):
    """One promise.

    `level`: must = documented, should = holds in every published example, may = inferred, observe = not promised.
    `checks` are the modules in `harness/contract/checks/` (or `schemathesis:NAME`) that judge it on every exchange;
    `kode` is the error code that it promises. `only_the_service`: only the service can know what it asks for, so nobody
    else can have answered; every condition is of this kind. `attribution`: it is about who answers, and how, when a
    call does not reach the service. `not_tested` says why no scenario covers it.
    """

    id: str = ""
    theme: str
    level: Level
    actor: Actor = "server"
    text: str
    source: Source
    certainty: Certainty
    checks: tuple[str, ...] = ()
    kode: str | None = None
    question: str | None = None
    only_the_service: bool = False
    attribution: bool = False
    not_tested: str | None = None
    withdrawn: str | None = None
    since: str | None = None
    until: str | None = None


def load_requirements(path: Path) -> dict[str, Requirement]:
    """The requirements by id, in the order of the file; raises FaultySpecificationError."""
    return {key: entry.model_copy(update={"id": key}) for key, entry in _read(path).items()}


def _read(path: Path) -> dict[str, Requirement]:
    try:
        return TypeAdapter(dict[str, Requirement]).validate_python(read_toml(path))
    except ValidationError as error:
        raise FaultySpecificationError(path, first_problem(error)) from error
    except UnreadableFileError as error:
        raise FaultySpecificationError.unreadable(path, error) from error
