"""Keeps the newest client calls for the pages, limited in number and memory."""

import datetime
import json
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from harness.clients.record import call_in
from harness.contract.client_calls import ClientCall
from harness.redaction.redacted import NOTHING, Redacted

NORWAY = ZoneInfo("Europe/Oslo")
MOST_CALLS = 10_000
MOST_OCTETS = 64_000_000
"""Compressed bytes of all calls together; beyond that the oldest are dropped."""
MOST_OCTETS_OF_A_BODY = 400_000
"""A longer body is not kept: compressing it would delay the calls after it."""


@dataclass(frozen=True)
class Breach:
    """What a client did wrong in one call, for people."""

    requirement: str
    level: str
    text: str
    """The requirement's sentence."""
    source: str
    url: str
    check: str
    aspect: Redacted
    expected: Redacted
    actual: Redacted


@dataclass
class Logged:
    """One call.

    `milliseconds` are from its arrival to its end; `status` 0 means none. The client's own texts (`method`, `path` with
    the query, and `client`) are empty until they have been redacted, which happens when a page asks for them.
    """

    seq: int
    service: str
    status: int
    lost: str
    arrived: float
    ended: float
    in_flight: int
    packed: bytes | None
    is_whole: bool
    method: Redacted = NOTHING
    path: Redacted = NOTHING
    client: Redacted = NOTHING
    operation: str = ""
    token_used: str = ""
    """A short name for the token sent; equal for equal tokens."""
    token_issued: str = ""
    token_scope: str = ""
    token_until: float = 0.0
    """When the issued token expires, by the machine's clock."""
    breaches: tuple[Breach, ...] = ()
    is_read: bool = False
    """Whether operation and tokens have been determined."""
    is_judged: bool = False

    def show(self, redact: Callable[[str], Redacted]) -> None:
        """Fills in the client's own texts, redacted, unless they were dropped."""
        line = self.line()
        if line is not None:
            url = urlsplit(line["request"]["url"])
            path = url.path + (f"?{url.query}" if url.query else "")
            self.method, self.path, self.client = map(redact, (line["request"]["method"], path, line["client"]))

    @property
    def path_only(self) -> str:
        return self.path.partition("?")[0]

    @property
    def lane(self) -> str:
        """The lane that it is drawn in: calls of the same operation."""
        return self.operation or (self.service if self.service != "elsewhere" else self.path_only)

    @property
    def tone(self) -> Literal["good", "refused", "lost", "broken"]:
        if self.breaches:
            return "broken"
        if not self.status:
            return "lost"
        return "good" if self.status < 400 else "refused"

    @property
    def iso(self) -> str:
        return datetime.datetime.fromtimestamp(self.arrived, NORWAY).isoformat(timespec="milliseconds")

    @property
    def clock(self) -> str:
        """The time of day in Norway, to the hundredth of a second."""
        return datetime.datetime.fromtimestamp(self.arrived, NORWAY).strftime("%H:%M:%S.%f")[:-4]

    @property
    def milliseconds(self) -> int:
        return round((self.ended - self.arrived) * 1000)

    def line(self) -> Mapping[str, Any] | None:
        """The call's line of the record; None if it was dropped."""
        return json.loads(zlib.decompress(self.packed)) if self.packed is not None else None

    def call(self) -> ClientCall | None:
        """The call as the checks read it; None if it was dropped. A body that was too long is empty."""
        line = self.line()
        return call_in(line) if line is not None else None


@dataclass
class CallLog:
    """The newest calls, newest last. `on_change` is called after each. For one event loop."""

    on_change: Callable[[], None] = field(default=lambda: None)
    total: int = 0
    """Calls since the start, including dropped ones."""
    _calls: deque[Logged] = field(default_factory=deque)
    _by_seq: dict[int, Logged] = field(default_factory=dict)
    _packed: deque[Logged] = field(default_factory=deque)
    _octets: int = 0

    def take(self, line: Mapping[str, Any]) -> None:
        """Keeps one call, given as the recorder's line."""
        self.total += 1
        logged = _logged(line)
        self._calls.append(logged)
        self._by_seq[logged.seq] = logged
        self._packed.append(logged)
        self._octets += len(logged.packed or b"")
        while len(self._calls) > MOST_CALLS:
            del self._by_seq[self._calls.popleft().seq]
        while self._octets > MOST_OCTETS:
            self._forget(self._packed.popleft())
        while self._packed and self._packed[0].seq not in self._by_seq:
            self._forget(self._packed.popleft())
        self.on_change()

    def _forget(self, logged: Logged) -> None:
        self._octets -= len(logged.packed or b"")
        logged.packed = None

    def newest(self) -> Iterator[Logged]:
        """All kept calls, newest first."""
        return reversed(self._calls)

    def __iter__(self) -> Iterator[Logged]:
        return iter(self._calls)

    def __len__(self) -> int:
        return len(self._calls)

    def find(self, seq: int) -> Logged | None:
        return self._by_seq.get(seq)

    def clear(self) -> None:
        """Drops every call."""
        self._calls.clear()
        self._by_seq.clear()
        self._packed.clear()
        self._octets = 0
        self.on_change()


def _logged(line: Mapping[str, Any]) -> Logged:
    asked, answer = line["request"], line["response"]
    is_whole = all(len(message["body"]) <= MOST_OCTETS_OF_A_BODY for message in (asked, answer) if message)
    kept = line if is_whole else {**line, "request": _without_body(asked), "response": answer and _without_body(answer)}
    return Logged(
        seq=line["seq"],
        service=line["service"],
        status=answer["status"] if answer and not line["lost"] else 0,
        lost=line["lost"],
        arrived=line["arrived"],
        ended=line["ended"],
        in_flight=line["in_flight"],
        packed=zlib.compress(json.dumps(kept).encode(), 1),
        is_whole=is_whole,
    )


def _without_body(message: Mapping[str, Any]) -> dict[str, Any]:
    is_long = len(message["body"]) > MOST_OCTETS_OF_A_BODY
    return {**message, "body": "", "octets": len(message["body"]) * 3 // 4} if is_long else dict(message)
