"""Reads waivers.toml: deviations accepted until a date."""

import datetime
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, model_validator

from harness.files.text import read_text
from harness.files.tree import LARGEST_TOML, toml_of
from harness.files.unreadable import UnreadableFileError

EVERY_OPERATION = "*"

WaiverState = Literal["used", "unused", "expired", "not_judged"]

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class Waiver(BaseModel):
    """One entry: which deviation, why it is accepted, who is responsible, the last day on which it is valid, a link.

    A deviation is identified by its fingerprint, or by requirement and operation (`"*"` for every operation).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    reason: Text
    owner: Text
    expires: datetime.date
    fingerprint: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")] | None = None
    requirement: str | None = None
    operation: str | None = None
    link: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")] | None = None

    @model_validator(mode="after")
    def _names_one_kind_of_deviation(self) -> Self:
        if (self.fingerprint is None) == (self.requirement is None):
            raise ValueError("it must name a fingerprint, or a requirement and an operation")
        if (self.requirement is None) != (self.operation is None):
            raise ValueError('a requirement needs an operation; `"*"` means every one')
        return self

    def covers(self, fingerprint: str, requirement: str, operation: str) -> bool:
        """Whether the waiver applies to a deviation."""
        if self.fingerprint is not None:
            return self.fingerprint == fingerprint
        return self.requirement == requirement and self.operation in {EVERY_OPERATION, operation}

    def holds_on(self, day: datetime.date) -> bool:
        return day <= self.expires


class FaultyWaiverError(Exception):
    """waivers.toml cannot be used; the text names the line and says how to fix it."""


def read_waivers(path: Path, known: Iterable[str]) -> Sequence[Waiver]:
    """The waivers in a file, by name. `known` are the ids of all requirements. Raises FaultyWaiverError."""
    try:
        text = read_text(path, LARGEST_TOML)
        tables = toml_of(text, path)
    except UnreadableFileError as error:
        raise FaultyWaiverError(str(error)) from error
    lines = text.split("\n")
    waivers = [_parsed(path, lines, name, table) for name, table in tables.items()]
    for waiver in waivers:
        _ensure_known(path, lines, waiver, list(known))
    return sorted(waivers, key=lambda waiver: waiver.name)


def _parsed(path: Path, lines: Sequence[str], name: str, table: object) -> Waiver:
    line = _line_of(lines, name)
    if not isinstance(table, dict):
        raise FaultyWaiverError(f"{path}:{line}: {name} is not a waiver. Write a table `[{name}]` with a reason.")
    try:
        return Waiver.model_validate({"name": name, **table})
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False)
        # A misspelt key is also a missing one: the line of the misspelt one helps more.
        problem = next((found for found in problems if found["type"] == "extra_forbidden"), problems[0])
        key = str(problem["loc"][0]) if problem["loc"] else ""
        if problem["type"] == "missing":
            raise FaultyWaiverError(f"{path}:{line}: [{name}] has no `{key}`. {_wanted(key)}") from None
        place = _line_of(lines, key, after=line) or line
        if problem["type"] == "extra_forbidden":
            keys = ", ".join(field for field in Waiver.model_fields if field != "name")
            raise FaultyWaiverError(
                f"{path}:{place}: [{name}] `{key}` is not a key of a waiver. The keys are {keys}."
            ) from None
        message = problem["msg"].removeprefix("Value error, ")
        what = f"`{key}`: {message.lower()}" if key else message
        raise FaultyWaiverError(f"{path}:{place}: [{name}] {what}. {_wanted(key)}") from None


def _wanted(key: str) -> str:
    wanted: Mapping[str, str] = {
        "reason": "Say why it is accepted.",
        "owner": "Name who is responsible for it.",
        "expires": "Give the last day on which it is valid, like `expires = 2026-12-31`.",
        "fingerprint": "Copy the 16 characters from verdict.json.",
        "link": "Give an address that begins with https://.",
    }
    return wanted.get(key, "Fix it there.")


def _ensure_known(path: Path, lines: Sequence[str], waiver: Waiver, known: Sequence[str]) -> None:
    if waiver.requirement is None or waiver.requirement in known:
        return
    near = get_close_matches(waiver.requirement.upper(), known, n=2, cutoff=0.5)
    hint = f"Did you mean {' or '.join(near)}?" if near else "Copy an id from verdict.json."
    table = _line_of(lines, waiver.name)
    line = _line_of(lines, "requirement", after=table) or table
    raise FaultyWaiverError(f"{path}:{line}: there is no requirement {waiver.requirement!r}. {hint}")


def _line_of(lines: Sequence[str], key: str, after: int = 0) -> int:
    """The number of the line, counted from 1, that opens a table or sets a key; 0 if none does."""
    for number, line in enumerate(lines[after:], start=after + 1):
        try:
            if list(tomllib.loads(line)) == [key]:
                return number
        except ValueError:
            continue
    return 0
