"""A request and its answer as bytes on the wire: `http` makes one, a HAR file yields one, a check judges one."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import cached_property
from itertools import accumulate
from string import ascii_letters, digits
from typing import Any, Literal, NoReturn
from urllib.parse import SplitResult, urlsplit

Headers = tuple[tuple[str, str], ...]
NO_TIME = datetime.fromtimestamp(0, UTC)
"""The start time of a call whose time was not recorded."""
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""An earlier time in a recording does not count from 1970."""
DEEPEST = 100
"""The deepest nesting of a body that is read; the interpreter itself gives up at a thousand calls."""
MOST_DIGITS = 308
"""The most digits of a number that is read. Numbers beyond a double are not interoperable (RFC 8259, 6)."""
_SHOWN = 5
"""Characters shown of a refused number: fewer than in a date of birth, with which an identity number begins."""
_PAGE = re.compile(r"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
_PAGE_BEGINS_WITHIN = 4_000
"""Bytes."""

Completeness = Literal["whole", "cut", "too_large", "too_slow"]
"""Whether an answer arrived whole; if not, why reading stopped."""

# An unterminated string ends with the body; otherwise the search would restart at each of its quotes.
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)', re.DOTALL)
_USUAL_DEPTH = 12
_NOT_A_BRACKET = bytes(set(range(256)) - set(b"[]{}"))


_OF_A_WORD = f"{ascii_letters}{digits}_-+/=.%\\&#;{{}}"


def beginning(text: str, most: int) -> str:
    """A text of at most `most` characters, or its beginning with "…".

    It is cut between words: redaction could not recognise half a token or number.
    """
    return text if len(text) <= most else f"{text[:most].rstrip(_OF_A_WORD)}…"


def kind_of(value: object) -> str:
    """A value's type in JSON's terms, so that evidence can mention the value without showing it."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float() | Decimal():
            return "a number"
        case str():
            return "a string"
        case list():
            return "an array"
    return "an object"


def header(headers: Headers, name: str) -> str | None:
    """The first header with that name, in any letter case; None if there is none."""
    return next((value for key, value in headers if key.lower() == name.lower()), None)


@dataclass(frozen=True)
class Request:
    """A request as it was sent; `url` is absolute and percent-encoded."""

    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""

    @property
    def parts(self) -> SplitResult:
        return urlsplit(self.url)

    def header(self, name: str) -> str | None:
        return header(self.headers, name)


@dataclass(frozen=True)
class Response:
    """An answer as received, after transfer and content decoding.

    `body` is what was read of it. `shortfall` says in words what is missing, and is empty for a complete answer.
    """

    status: int
    headers: Headers = ()
    body: bytes = b""
    http_version: str = "HTTP/1.1"
    completeness: Completeness = "whole"
    shortfall: str = ""

    def header(self, name: str) -> str | None:
        return header(self.headers, name)

    @property
    def media_type(self) -> str:
        """The media type in lower case without parameters; empty if the server named none."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()

    @property
    def is_page(self) -> bool:
        """Whether the body is an HTML page, whatever its media type, byte order mark or leading text.

        Recognised by its first element; JSON is never one, even if its strings contain HTML.
        """
        beginning = self.body[:_PAGE_BEGINS_WITHIN]
        encoding = "utf-16" if beginning.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
        text = beginning.decode(encoding, errors="replace").lstrip()
        return not text.startswith(("{", "[", '"')) and _PAGE.search(text) is not None

    @property
    def is_json(self) -> bool:
        return self.media_type == "application/json" or self.media_type.endswith("+json")

    def json(self) -> Any:  # noqa: ANN401 - any JSON value
        """The body as JSON with amounts as `Decimal`, so that no øre is lost; parsed once, and must not be changed.

        Raises ValueError if the body is not JSON in UTF-8, or repeats a key in an object.
        """
        return self._json

    def plain_json(self) -> Any:  # noqa: ANN401 - any JSON value
        """The body of a complete answer as JSON with floats, for tools that need them; raises ValueError."""
        if self.completeness != "whole":
            raise ValueError(self.shortfall)
        self.json()
        return json.loads(self.body)

    @cached_property
    def _json(self) -> Any:  # noqa: ANN401 - any JSON value
        text = self.body.decode()
        if is_nested_deeper(self.body, DEEPEST):
            raise ValueError(f"nested deeper than {DEEPEST} levels")
        return json.loads(
            text, parse_float=_decimal, parse_int=_integer, parse_constant=_refuse, object_pairs_hook=_unique_keys
        )


@dataclass(frozen=True)
class Exchange:
    """One request and its answer. `elapsed` is in seconds; `attempts` includes retries."""

    request: Request
    response: Response
    started: datetime
    elapsed: float
    attempts: int = 1

    @property
    def is_dated(self) -> bool:
        """Whether the day of the call is known."""
        return self.started >= EARLIEST


def is_nested_deeper(body: bytes, levels: int) -> bool:
    """Whether JSON brackets are nested deeper than `levels`; brackets inside strings do not count."""
    brackets = body.translate(None, _NOT_A_BRACKET)
    for _ in range(_USUAL_DEPTH):  # strips the innermost brackets, level by level: enough for nearly every body
        if len(brackets) <= levels:
            return False
        brackets = brackets.replace(b"[]", b"").replace(b"{}", b"")
    bare = _STRING.sub(b"", body).translate(None, _NOT_A_BRACKET)
    return max(accumulate(1 if bracket in b"[{" else -1 for bracket in bare), default=0) > levels


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:  # an exponent too large for Decimal
        _refuse_number(text)
    is_usual = len(text) <= MOST_DIGITS and -MOST_DIGITS < number.adjusted() < MOST_DIGITS
    return number if is_usual else _refuse_number(text)


def _integer(text: str) -> int:
    return int(text) if len(text) <= MOST_DIGITS else _refuse_number(text)


def _refuse_number(text: str) -> NoReturn:
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}… ({len(text)} characters)"
    raise ValueError(f"the number {shown} is outside the range that JSON can exchange reliably (RFC 8259, 6)")


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _unique_keys(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} occurs twice in one object")
    return members
