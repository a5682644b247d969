"""The frozen corpus: schemathesis's coverage cases for a pinned document, generated once and sent the same for ever.

It is keyed by the document's sha256 and the generator's version: for another document or version it is made anew.
What goes over the wire is frozen with each case, so that sending needs no generator.
"""

import importlib.metadata
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Self, cast

from harness.contract.contract import Contract
from harness.contract.document import Operation
from harness.files.text import LARGEST, read_text
from harness.files.tree import json_of
from harness.files.unreadable import UnreadableFileError

FILE = "corpus.jsonl"
FORM = 2
"""Counted up when what is in a line of the file gets another form."""

ROLE = "x-provestand-role"
"""On a parameter: which of a target's own values goes into it."""

DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
IDENTIFIER = re.compile(r"\d{9}(\d{2})?\Z")


@dataclass(frozen=True)
class Roles:
    """The names of an operation's parameters that a target's own values go into."""

    organisation: str | None
    access: str | None
    period_start: str | None
    period_end: str | None
    call_id: str | None

    @classmethod
    def of(cls, operation: Operation) -> Self:
        named = {parameter.get(ROLE): str(parameter["name"]) for parameter in operation.parameters}
        return cls(*(named.get(role) for role in ("organisation", "access", "period-start", "period-end", "call-id")))


@dataclass(frozen=True)
class Party:
    """What is in a generated request in place of what the generator made up: a party and a period."""

    organisation: str
    first_day: str
    last_day: str

    def place(self, roles: Roles, path: dict[str, Any], query: dict[str, Any]) -> None:
        """Puts them where the generator put any; what is invalid on purpose stays."""
        if roles.organisation and IDENTIFIER.match(str(path.get(roles.organisation, ""))):
            path[roles.organisation] = self.organisation
        for name, day in ((roles.period_start, self.first_day), (roles.period_end, self.last_day)):
            if name and isinstance(query.get(name), str) and DATE.match(query[name]):
                query[name] = day


MARKS = Party("PARTY-OF-THE-TARGET", "FIRST-DAY-OF-THE-PERIOD", "LAST-DAY-OF-THE-PERIOD")
"""What is in a frozen path. Like what replaces it, it is written the same in every part of a URL."""


@dataclass(frozen=True)
class Wire:
    """A request as it goes over the wire, but for its token. `path` is below the base address, with its query."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes | None


@dataclass(frozen=True)
class FrozenCase:
    """One generated request, before a target's parties and tokens are in it."""

    number: int
    operation: str
    members: Mapping[str, Any]
    memory: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)
    """What was worked out of it, for the next time that it is sent."""

    @property
    def kind(self) -> str:
        """Operation, keyword class and parameter: what makes two cases alike."""
        data = self.members["meta"]["phase"]["data"]
        return f"{self.operation} {data['scenario']} {data['parameter'] or ''}".strip()

    def wire(self, party: Party, body: object = None) -> Wire:
        """The request with a target's party and period, and with that body where it has one in JSON."""
        frozen = self.members["wire"]
        sent = as_json(body) if "body" in self.members else None
        if "text" in frozen:
            sent = _filled(frozen["text"], party).encode()
        return Wire(self.members["method"], _filled(frozen["path"], party), frozen["headers"], sent)


@dataclass(frozen=True)
class Corpus:
    """The cases for one document. `cut` counts, by kind, those left out."""

    cases: tuple[FrozenCase, ...]
    cut: Mapping[str, int]


def corpus_of(contract: Contract) -> Corpus:
    """The corpus that was frozen for the contract's document; one made now where document or generator is another."""
    path = contract.document.path.with_name(FILE)
    if path.is_file():
        known = _frozen(path, path.stat().st_mtime_ns, key_of(contract))
        if known is not None:
            return known
    from harness.suite.generator import lines  # noqa: PLC0415 - it takes a second to load, and is seldom needed

    return _from_lines(*lines(contract))


@lru_cache(maxsize=4)
def _frozen(path: Path, changed: int, key: str) -> Corpus | None:  # noqa: ARG001 - a file that changed is read anew
    """What a file holds, where that was made for this key; kept, for a self-test sends it again and again."""
    header, frozen = _read(path)
    return _from_lines(header, frozen) if header.get("key") == key else None


def _read(path: Path) -> tuple[Mapping[str, Any], Sequence[str]]:
    """What is frozen in a file, and for what; nothing where it is not readable, so that it is made anew."""
    try:
        first, *frozen = read_text(path, LARGEST).split("\n")
        header = json_of(first, path)
    except UnreadableFileError:
        return {}, ()
    return (header if isinstance(header, dict) else {}), [line for line in frozen if line]


def key_of(contract: Contract) -> str:
    """What a corpus is made for and by; one of another key is not used."""
    return f"{contract.sha256} schemathesis {importlib.metadata.version('schemathesis')} form {FORM}"


def as_json(body: object) -> bytes:
    """A body as the generator's own client writes it."""
    return json.dumps(body, allow_nan=False).encode()


def with_party(value: Any, party: str) -> Any:  # noqa: ANN401 - any JSON value
    """A body in which whatever has the form of a party's number is the party's: made-up digits may be somebody's."""
    if isinstance(value, dict):
        return {key: with_party(child, party) for key, child in value.items()}
    if isinstance(value, list):
        return [with_party(child, party) for child in value]
    return party if isinstance(value, str) and IDENTIFIER.match(value) else value


def _filled(text: str, party: Party) -> str:
    for mark, value in zip(astuple(MARKS), astuple(party), strict=True):
        text = text.replace(mark, value)
    return text


def _from_lines(header: Mapping[str, Any], lines: Iterable[str]) -> Corpus:
    cases = []
    for number, line in enumerate(lines):
        members = cast("dict[str, Any]", json.loads(line))
        cases.append(FrozenCase(number, members.pop("operation"), members))
    return Corpus(tuple(cases), header["cut"])
