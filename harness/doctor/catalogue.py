"""The catalogue of causes: from a symptom to its cause and fix."""

import re
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from harness.auth.trouble import Kind
from harness.targets.profiles import known_apis


class Entry(BaseModel):
    """One cause in causes.toml. `elsewhere` causes occur outside the steps that the doctor checks."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cause: str
    fix: str
    trouble: Kind | None = None
    code: str | None = None
    text: str | None = None
    elsewhere: bool = False


class Cause(BaseModel):
    """A likely cause, and how to fix it."""

    model_config = ConfigDict(frozen=True)

    id: str
    cause: str
    fix: str


class Symptom(BaseModel):
    """A symptom: the other side's words, its code, or what the network did."""

    model_config = ConfigDict(frozen=True)

    text: str
    code: str | None = None
    trouble: Kind | None = None


@cache
def entries() -> Mapping[str, Entry]:
    """Every entry by its id."""
    content = tomllib.loads(Path(__file__).with_name("causes.toml").read_text(encoding="utf-8"))
    return {name: Entry.model_validate(members) for name, members in content.items()}


def cause_of(symptom: Symptom) -> Cause | None:
    """The best matching cause: by what the network did, else by words, else by code; None if unknown."""
    found = (
        _first(lambda entry: symptom.trouble is not None and entry.trouble == symptom.trouble)
        or _first(lambda entry: entry.text is not None and re.search(entry.text, symptom.text) is not None)
        or _first(lambda entry: symptom.code is not None and entry.code == symptom.code)
    )
    if found is None:
        return None
    return Cause(id=found, cause=entries()[found].cause, fix=entries()[found].fix)


def cause_of_kode(api: str, kode: str) -> Cause | None:
    """What a kode of an API means for access, from the API's own file."""
    known = known_apis().get(api)
    found = known.causes.get(kode) if known else None
    return Cause(id=kode, cause=found.cause, fix=found.fix) if found else None


def causes_of_code(code: str) -> list[Cause]:
    """What a code means, whoever returned it."""
    wanted = code.strip().upper()
    found = cause_of(Symptom(text=wanted, code=wanted))
    by_api = [cause_of_kode(api, wanted) for api in known_apis()]
    return [cause for cause in (found, *by_api) if cause is not None]


def _first(fits: Callable[[Entry], bool]) -> str | None:
    return next((name for name, entry in entries().items() if fits(entry)), None)
