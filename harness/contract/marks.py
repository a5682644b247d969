"""What identifies an API's answers: its codes, and the member names that only its errors have.

Both are read from the API's catalogue and document, so that a new code or member needs no second entry.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from harness.contract.document import Document
from harness.contract.error_body import FIELDS
from harness.contract.errors import ErrorCode

ANYBODYS = frozenset(
    {"type", "title", "status", "detail", "instance", "error", "error_description", "message", "code", "path"}
    | {"timestamp", "details", "errors", "reason", "description", "statuscode", "requestid", "fault", "faultstring"}
)
"""Member names that the errors of gateways and frameworks also have (RFC 9457, RFC 6749 and common practice)."""

COMMON = frozenset({"kode", "melding", "beskrivelse"})
"""Words that any Norwegian error may contain; they count only together with one of the API's own names."""

MOST = 100_000
"""Bytes of a body that are searched for marks: no error is longer."""

NEEDED = 2
"""How many of the API's names make an error its own: a single one may be a word that others use too."""


@dataclass(frozen=True)
class Marks:
    """`families` are the parts of codes before the hyphen, `members` names in error bodies, `call_ids` headers."""

    families: frozenset[str]
    members: frozenset[str]
    call_ids: frozenset[str]

    @classmethod
    def of(cls, document: Document, errors: Mapping[str, ErrorCode]) -> "Marks":
        """The marks derived from a document and an error catalogue."""
        codes = (code.kode for code in errors.values() if code.kind == "code")
        families = frozenset(kode.rpartition("-")[0] for kode in codes if "-" in kode)
        members = frozenset(name for name in _error_members(document) if name.lower() not in ANYBODYS)
        return cls(families, members | frozenset(FIELDS), frozenset(_call_ids(document)))

    def code_in(self, body: bytes) -> str | None:
        """The first code of one of the families that is a whole value in a body, well-formed or not."""
        found = self._code.search(_text(body)) if self.families else None
        return found[1] if found else None

    def members_in(self, body: bytes) -> tuple[str, ...]:
        """The API's own names among a body's members or elements; none if there are too few to tell."""
        found = {name or element for name, element in self._member.findall(_text(body))} if self.members else set()
        return tuple(sorted(found)) if len(found) >= NEEDED and found - COMMON else ()

    @cached_property
    def _code(self) -> re.Pattern[str]:
        families = "|".join(map(re.escape, sorted(self.families)))
        return re.compile(rf"""["'>]\s*((?:{families})-\d{{1,4}})\s*["'<]""")

    @cached_property
    def _member(self) -> re.Pattern[str]:
        names = "|".join(map(re.escape, sorted(self.members)))
        return re.compile(rf""""({names})"\s*:|<(?:\w+:)?({names})[\s>]""")


def _text(body: bytes) -> str:
    return body[:MOST].decode(errors="replace")


def _error_members(document: Document) -> Iterator[str]:
    for operation in document.operations:
        for status, response in operation.responses.items():
            if status[0] in "45":
                for content in response.get("content", {}).values():
                    yield from _members(document, content.get("schema", {}))


def _members(document: Document, schema: Mapping[str, Any]) -> Iterator[str]:
    resolved = document.merged(schema)
    yield from resolved.get("properties", {})
    for keyword in ("anyOf", "oneOf"):
        for branch in resolved.get(keyword, ()):
            yield from _members(document, branch)


def _call_ids(document: Document) -> Iterator[str]:
    for operation in document.operations:
        for parameter in operation.parameters:
            if parameter["in"] == "header" and parameter.get("x-provestand-role") == "call-id":
                yield str(parameter["name"]).lower()
