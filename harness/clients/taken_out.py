"""Marks what was removed from a recording before it was handed over, so that the client is not judged by it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from harness.contract.client_calls import JWS, ClientCall
from harness.contract.document import LEFT_OUT
from harness.har import WORDS_FOR_A_GAP, is_json_text

WRITTEN = re.compile(
    rf"(?ix) \s* (?: [^\s*●•\#]*[*●•\#]{{3,}}[^\s*●•\#]* | \.{{3}} | …"
    r" | ([a-z])\1{3,} | xxx | (\d)\2{8,} | ([0-9a-f])\3{7}-(?:\3{4}-){3}\3{12}"
    rf" | [\[<({{_*-]{{0,3}} (?:{WORDS_FOR_A_GAP})\b [^\[\]<>(){{}}\"]{{0,80}} [\])}}>_*-]{{0,3}} ) \s*"
)
"""A masked value: `***`, `31012****`, `<removed>`, `REDACTED:sha256:8d96`, a number or id of one repeated digit."""

BRACKETED = re.compile(r"\s*(?:\[[^\[\]]*\]|<[^<>]*>|\{[^{}]*\}|\{\{[^{}]*\}\})\s*")
"""A placeholder for a value: `<token>`, `{{orgnr}}`."""

IN_A_BODY = re.compile(
    rf"""(?i)(?<=[">])(?:[*#]{{3,}}|[●•]{{3,}}|(?:[\[<({{_*-]{{0,3}}|&lt;)(?:{WORDS_FOR_A_GAP})(?:[\])}}>_*-]{{0,3}}|&gt;))(?=["<])"""
)
"""Such a value as a whole JSON string, or as an element's content."""

TRACED = frozenset({"korrelasjonsid", "meldingsid", "klientid"})
"""Headers that differ in each call, or name the vendor."""

WRITES = frozenset({"POST", "PUT", "PATCH"})

_BEGUN = re.compile(r"(?:\.\.\.|…)\s*\Z")
"""The ellipsis after a truncated token."""


def with_gaps_marked(calls: Iterable[ClientCall]) -> list[ClientCall]:
    """The same calls, with `[redacted]` for what was removed from a request or replaced by another text.

    What the service accepted was valid: if a token or grant cannot be valid there, it was replaced, and so was the same
    text elsewhere.
    """
    calls = list(calls)
    gaps = _Gaps.of(calls)
    return [gaps.marked(call) for call in calls]


@dataclass(frozen=True)
class _Gaps:
    """How one recording marks removed values: texts instead of tokens and grants, or no token at all."""

    texts: frozenset[str]
    has_no_tokens: bool

    @classmethod
    def of(cls, calls: list[ClientCall]) -> "_Gaps":
        accepted = [call for call in calls if 200 <= call.status < 300]
        tokens = [call.request.header("authorization") for call in accepted if call.is_api_call and call.has_headers]
        grants = [_assertion(call) for call in accepted if call.is_token_request]
        texts = {text for text in (*tokens, *grants) if text is not None and not JWS.search(text)}
        return cls(frozenset(texts), None in tokens)

    def marked(self, call: ClientCall) -> ClientCall:
        request = call.request
        headers = tuple((name, self._header(name, value)) for name, value in request.headers)
        is_without = call.has_headers and request.header("authorization") is None
        if self.has_no_tokens and call.is_api_call and is_without:
            headers += (("Authorization", LEFT_OUT),)
        marked = replace(request, url=_address(request.url), headers=headers, body=self._body(call))
        return replace(call, request=marked)

    def _header(self, name: str, value: str) -> str:
        if name.lower() in TRACED:
            return LEFT_OUT if _is_gap(value) else value
        if name.lower() != "authorization" or (JWS.search(value) and not _BEGUN.search(value)):
            return value
        after_scheme = value.partition(" ")[2]
        is_gap = value in self.texts or _is_gap(value) or _is_gap(after_scheme) or bool(_BEGUN.search(value))
        return LEFT_OUT if is_gap else value

    def _body(self, call: ClientCall) -> bytes:
        body = call.request.body
        if _cannot_be_what_was_sent(call):
            return LEFT_OUT.encode()
        assertion = _assertion(call)
        if assertion and (assertion in self.texts or _is_gap(assertion)):
            return f"assertion={LEFT_OUT}".encode()
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return body
        return LEFT_OUT.encode() if WRITTEN.fullmatch(text) else IN_A_BODY.sub(LEFT_OUT, text).encode()


def _cannot_be_what_was_sent(call: ClientCall) -> bool:
    """Whether a body was removed, or is not the one that the service accepted."""
    request, is_accepted = call.request, 200 <= call.status < 300
    if not request.body:
        return request.method in WRITES and request.header("content-length") != "0"
    if call.is_token_request:
        return is_accepted and call.grant is None
    return is_accepted and "json" in (request.header("content-type") or "") and not is_json_text(request.body)


def _assertion(call: ClientCall) -> str | None:
    """A token request's grant, or what replaces it."""
    return call.form.get("assertion") if call.is_token_request else None


def _is_gap(text: str) -> bool:
    return not text.strip() or bool(WRITTEN.fullmatch(text) or BRACKETED.fullmatch(text))


def _address(url: str) -> str:
    """The address with its gaps marked."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    path = "/".join(_part(segment) for segment in parts.path.split("/"))
    query = "&".join(_fields(parts.query))
    return parts._replace(path=path, query=query).geturl()


def _fields(query: str) -> Iterator[str]:
    for field in query.split("&"):
        name, mark, value = field.partition("=")
        yield f"{name}{mark}{_part(value)}"


def _part(text: str) -> str:
    """A path segment, or a value in a query."""
    return LEFT_OUT if text and _is_gap(unquote(text)) else text
