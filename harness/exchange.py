"""What went over the wire, as bytes: `http` makes one, a HAR file yields one, a check judges one."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from itertools import accumulate
from typing import Any, Literal
from urllib.parse import SplitResult, urlsplit

Headers = tuple[tuple[str, str], ...]
NO_TIME = datetime.fromtimestamp(0, UTC)
"""When a call began of which a recording tells no time."""
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""A recording's time before it counts from somewhere else than 1970."""
DEEPEST = 100
"""Levels of arrays and objects in a body that is read."""
ORDINARY_NUMBER = 20
"""Characters: of a shorter number without an exponent nobody need ask how great it is."""
BRACKET = re.compile(rb"[\[\]{}]")
DEPTH = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
Completeness = Literal["whole", "cut", "too_large", "too_slow"]
"""Whether an answer arrived whole; if not, why reading stopped."""


def header(headers: Headers, name: str) -> str | None:
    """The first header of that name, whatever its casing; None when it is absent."""
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
    """An answer as it was received, after transfer and content decoding.

    `body` is as much as was read. `shortfall` says in words what is missing, and is empty for a whole answer.
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
        """The media type in lower case without parameters; empty when the server named none."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()

    @property
    def is_json(self) -> bool:
        return self.media_type == "application/json" or self.media_type.endswith("+json")

    def json(self) -> Any:  # noqa: ANN401 - any JSON value
        """The body as JSON with amounts as `Decimal`, so that no øre is lost; read once, and not to be changed.

        Raises ValueError when the body is not JSON in UTF-8, or names a key twice in one object.
        """
        return self._json

    @cached_property
    def _json(self) -> Any:  # noqa: ANN401 - any JSON value
        text = self.body.decode()
        _ensure_shallow(self.body)
        return json.loads(
            text, parse_float=_amount, parse_int=_whole, parse_constant=_refuse, object_pairs_hook=_unique_keys
        )


@dataclass(frozen=True)
class Exchange:
    """One request and its answer. `elapsed` is in seconds; `attempts` counts tries, retries included."""

    request: Request
    response: Response
    started: datetime
    elapsed: float
    attempts: int = 1

    @property
    def is_dated(self) -> bool:
        """Whether it is known on which day it was."""
        return self.started >= EARLIEST


def _ensure_shallow(body: bytes) -> None:
    """Raises ValueError for JSON that is nested deeper than anybody who walks along it could go.

    Brackets within texts count as well: no answer of sense has that many.
    """
    steps = (DEPTH.get(bracket[0], 0) for bracket in BRACKET.findall(body))
    if body.count(b"{") + body.count(b"[") > DEEPEST and max(accumulate(steps), default=0) > DEEPEST:
        raise ValueError(f"nested deeper than {DEEPEST} levels")


def _amount(literal: str) -> Decimal:
    _ensure_readable(literal)
    return Decimal(literal)


def _whole(literal: str) -> int:
    _ensure_readable(literal)
    return int(literal)


def _ensure_readable(literal: str) -> None:
    """Raises ValueError for a number beyond those that JSON's readers share (RFC 8259, 6); to add it takes for ever."""
    is_ordinary = len(literal) <= ORDINARY_NUMBER and "e" not in literal.lower()
    if not is_ordinary and not math.isfinite(float(literal)):
        raise ValueError(f"a number of {len(literal)} characters, greater than any that services read")


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _unique_keys(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} stands twice in one object")
    return members
