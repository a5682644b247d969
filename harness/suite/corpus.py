"""The frozen corpus: schemathesis's coverage cases for a pinned document, generated once and sent unchanged ever after.

It is keyed by the document's sha256 and the generator's version: for another document or version it is regenerated.
Each case is frozen in the form in which it goes over the wire, so sending needs no generator.
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
"""Increased whenever the format of the file's lines changes."""

ROLE = "x-provestand-role"
"""On a parameter: which of the target's own values replaces the generated one."""

DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
IDENTIFIER = re.compile(r"\d{9}(\d{2})?\Z")


@dataclass(frozen=True)
class Roles:
    """The names of an operation's parameters that take the target's own values."""

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
    """A target's organisation and a period, which replace the generated ones in a request."""

    organisation: str
    first_day: str
    last_day: str

    def place(self, roles: Roles, path: dict[str, Any], query: dict[str, Any]) -> None:
        """Replaces valid generated values; deliberately invalid values stay."""
        if roles.organisation and IDENTIFIER.match(str(path.get(roles.organisation, ""))):
            path[roles.organisation] = self.organisation
        for name, day in ((roles.period_start, self.first_day), (roles.period_end, self.last_day)):
            if name and isinstance(query.get(name), str) and DATE.match(query[name]):
                query[name] = day


MARKS = Party("PARTY-OF-THE-TARGET", "FIRST-DAY-OF-THE-PERIOD", "LAST-DAY-OF-THE-PERIOD")
"""The placeholders in a frozen path. Like the values that replace them, they never need percent-encoding."""


@dataclass(frozen=True)
class Wire:
    """A request as it goes over the wire, without its token. `path` is relative to the base URL and includes the
    query."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes | None


@dataclass(frozen=True)
class FrozenCase:
    """One generated request, without a target's organisations and tokens."""

    number: int
    operation: str
    members: Mapping[str, Any]
    memory: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)
    """Results computed from this case, kept for the next time it is sent."""

    @property
    def kind(self) -> str:
        """Operation, keyword class and parameter: cases that share these are of the same kind."""
        data = self.members["meta"]["phase"]["data"]
        return f"{self.operation} {data['scenario']} {data['parameter'] or ''}".strip()

    def wire(self, party: Party, body: object = None) -> Wire:
        """The request with a target's organisation and period, and with `body` if it has a JSON body."""
        frozen = self.members["wire"]
        sent = as_json(body) if "body" in self.members else None
        if "text" in frozen:
            sent = _filled(frozen["text"], party).encode()
        return Wire(self.members["method"], _filled(frozen["path"], party), frozen["headers"], sent)


@dataclass(frozen=True)
class Corpus:
    """The cases for one document. `cut` counts the omitted ones by kind."""

    cases: tuple[FrozenCase, ...]
    cut: Mapping[str, int]


def corpus_of(contract: Contract) -> Corpus:
    """The contract document's frozen corpus, generated now if the document or the generator has changed."""
    path = contract.document.path.with_name(FILE)
    if path.is_file():
        known = _frozen(path, path.stat().st_mtime_ns, key_of(contract))
        if known is not None:
            return known
    from harness.suite.generator import lines  # noqa: PLC0415 - takes a second to load, and is seldom needed

    return _from_lines(*lines(contract))


@lru_cache(maxsize=4)
def _frozen(path: Path, changed: int, key: str) -> Corpus | None:  # noqa: ARG001 - changed file, changed key
    """The corpus in a file, or None if it has another key; cached, as a self-test sends it again and again."""
    header, frozen = _read(path)
    return _from_lines(header, frozen) if header.get("key") == key else None


def _read(path: Path) -> tuple[Mapping[str, Any], Sequence[str]]:
    """A file's header and frozen cases; both empty if it cannot be read, so that the corpus is regenerated."""
    try:
        first, *frozen = read_text(path, LARGEST).split("\n")
        header = json_of(first, path)
    except UnreadableFileError:
        return {}, ()
    return (header if isinstance(header, dict) else {}), [line for line in frozen if line]


def key_of(contract: Contract) -> str:
    """Identifies the document and the generator of a corpus; a corpus with another key is not used."""
    return f"{contract.sha256} schemathesis {importlib.metadata.version('schemathesis')} form {FORM}"


def as_json(body: object) -> bytes:
    """A body serialised as the generator's own client does it."""
    return json.dumps(body, allow_nan=False).encode()


def with_party(value: Any, party: str) -> Any:  # noqa: ANN401 - any JSON value
    """A body with everything that looks like an identifier replaced by the party's: random digits may be real."""
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
