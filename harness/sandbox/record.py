"""Records every client call as one JSON line per exchange, written as it happens.

A call is noted before the last byte of its answer is sent, and its line is written a moment later, so no client waits
for the record. Any request to the sandbox's own addresses completes the record first: call `GET /sandbox/record` before
reading it.

A line has `seq`, `service` (an API's name, `maskinporten`, `altinn` or `elsewhere`), `arrived` and `ended` (seconds
since 1970 by the machine's clock), `sandbox_time` (`arrived` by the sandbox's own clock), `connection`, `tls`,
`in_flight` (calls to that service in progress when it arrived, itself included), `client` (the client in a bearer token
or a grant, unverified; may be empty), `request` {method, url, headers, body}, `response` {status, headers, body} or
null, and `lost` (if the sandbox broke the connection off on purpose: `before`, `after` or `cut`; otherwise empty).
Bodies are base64. The file contains tokens: it must not be shared.
"""

import asyncio
import time
from binascii import b2a_base64
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic_core import to_json
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from harness.sandbox.clock import Clock
from harness.sandbox.connection import ConnectionLostError, connection_of
from harness.sandbox.incoming import client_of, raw_path

MOST_OCTETS = 32_000_000
"""How much of a body is kept: a little more than the largest attachment that the sandbox accepts."""

SOON = 0.05
"""Seconds before a call is written, along with those that came meanwhile: a batch costs little more than one."""
MOST_WAITING = 100_000
"""The most octets of bodies that may wait to be written."""


@dataclass
class Recorded:
    """One exchange in progress."""

    request_body: bytearray = field(default_factory=bytearray)
    status: int | None = None
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytearray = field(default_factory=bytearray)
    octets: int = 0
    """The size of the answer's body so far."""
    lost: str = ""
    write: Callable[[], None] = field(default=lambda: None)
    """Notes the call unless it is noted already."""

    def take(self, octets: bytes) -> None:
        """Adds the next piece of the answer's body."""
        _keep(self.body, octets)
        self.octets += len(octets)

    @property
    def is_whole(self) -> bool:
        """Whether the body is as long as the head promised, although the end has not been signalled yet."""
        length = next((value for name, value in self.headers if name.lower() == b"content-length"), b"")
        return length.isdigit() and self.octets >= int(length)


Line = dict[str, Any]


class RecordFile:
    """The file that lines are written to, readable by this user only."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab", buffering=0)
        path.chmod(0o600)

    def __call__(self, lines: Sequence[Line]) -> None:
        """Uses pydantic's JSON, because the json module would account for most of the cost of recording."""
        self._file.write(b"".join(to_json(line) + b"\n" for line in lines))


class Recording:
    """Numbers the lines and passes them to the keepers, in the order in which the calls ended.

    Safe within one event loop.
    """

    def __init__(self, keepers: Sequence[Callable[[Sequence[Line]], None]], clock: Clock) -> None:
        self._keepers = keepers
        self._clock = clock
        self._noted: list[Callable[[], Line]] = []
        self._octets = 0
        self._timer: asyncio.TimerHandle | None = None
        self.calls = 0
        """The number of recorded calls."""
        self.problem = ""
        """Why something is missing from the record, or empty."""

    def note(self, line: Callable[[], Line], octets: int) -> None:
        """Queues a line of about this many octets; it is built and written soon, together with those that follow."""
        self._noted.append(line)
        self._octets += octets
        loop = asyncio.get_running_loop()
        if self._octets > MOST_WAITING:
            loop.call_soon(self.settle)
        elif self._timer is None:
            self._timer = loop.call_later(SOON, self.settle)

    def settle(self) -> None:
        """Writes everything noted so far."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        noted, self._noted, self._octets = self._noted, [], 0
        if not noted:
            return
        lines = [make() | {"seq": seq} for seq, make in enumerate(noted, self.calls + 1)]
        self.calls += len(lines)
        for keep in self._keepers:
            try:
                keep(lines)
            except OSError as error:
                self.problem = f"The record cannot be written: {error.strerror}. Name another file with --record."

    def sandbox_time(self, at: float) -> float:
        return self._clock.timestamp() - time.time() + at


class Recorder:
    """Wraps everything that a client may call; `service_of` names the service behind a path, or is empty."""

    def __init__(self, app: ASGIApp, recording: Recording, service_of: Callable[[str], str]) -> None:
        self._app = app
        self._recording = recording
        self._service_of = service_of
        self._in_flight: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        service = self._service_of(raw_path(scope)) if scope["type"] == "http" else ""
        if not service:
            self._recording.settle()  # a request to the sandbox itself finds everything recorded
            await self._app(scope, receive, send)
            return
        arrived = time.time()
        self._in_flight[service] += 1
        recorded, is_written = Recorded(), False

        def write() -> None:
            nonlocal is_written
            if not is_written:
                is_written = True
                self._in_flight[service] -= 1
                ended, ahead = time.time(), self._recording.sandbox_time(arrived)
                moments = {"arrived": arrived, "ended": ended, "sandbox_time": ahead}
                octets = len(recorded.request_body) + len(recorded.body)
                self._recording.note(lambda: self._line(scope, service, moments, in_flight, recorded), octets)

        in_flight = self._in_flight[service]
        recorded.write = write

        asked, head = deque[Message](), list[Message]()

        async def receive_again() -> Message:
            return asked.popleft() if asked else await receive()

        async def send_noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                recorded.status, recorded.headers = message["status"], list(message.get("headers", ()))
                head.append(message)  # held until the body: many clients act on the head alone
                return
            recorded.take(message.get("body", b""))
            if recorded.is_whole or not message.get("more_body"):
                write()  # before the last byte is sent: a client that has the answer finds it noted
            while head:
                await send(head.pop())
            await send(message)

        try:
            asked += await _whole(receive)
            for message in asked:
                _keep(recorded.request_body, message.get("body", b""))
            await self._app({**scope, "recorded": recorded}, receive_again, send_noted)
        except ConnectionLostError:
            pass
        finally:
            write()

    def _line(
        self, scope: Scope, service: str, moments: Mapping[str, float], in_flight: int, recorded: Recorded
    ) -> Line:
        connection = connection_of(scope)
        answer = None
        if recorded.status is not None:
            answer = {"status": recorded.status, "headers": _texts(recorded.headers), "body": _base64(recorded.body)}
        return {
            "service": service,
            **moments,
            "connection": connection.number if connection else 0,
            "tls": scope["scheme"] == "https",
            "in_flight": in_flight,
            "client": client_of(scope, bytes(recorded.request_body)),
            "request": {
                "method": scope["method"],
                "url": _url(scope),
                "headers": _texts(scope["headers"]),
                "body": _base64(recorded.request_body),
            },
            "response": answer,
            "lost": recorded.lost,
        }


async def _whole(receive: Receive) -> deque[Message]:
    """A request's whole body, even if the request is refused before it is read. The doorkeeper limits its size."""
    messages = deque([await receive()])
    while messages[-1]["type"] == "http.request" and messages[-1].get("more_body"):
        messages.append(await receive())
    return messages


def record_lost(scope: Scope, how: str) -> None:
    """Records a call whose connection is about to be broken off."""
    recorded = scope.get("recorded")
    if isinstance(recorded, Recorded):
        recorded.lost = how
        recorded.write()


def _url(scope: Scope) -> str:
    host = next((value for name, value in scope["headers"] if name == b"host"), b"").decode("latin-1")
    query = scope["query_string"].decode("latin-1")
    return f"{scope['scheme']}://{host}{raw_path(scope)}" + (f"?{query}" if query else "")


def _keep(kept: bytearray, part: bytes) -> None:
    kept += part[: max(0, MOST_OCTETS - len(kept))]


def _texts(headers: list[tuple[bytes, bytes]]) -> list[list[str]]:
    return [[name.decode("latin-1"), value.decode("latin-1")] for name, value in headers]


def _base64(body: bytes | bytearray) -> str:
    return b2a_base64(body, newline=False).decode("ascii")
