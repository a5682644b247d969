"""The connection that a call came over, and how the sandbox breaks it off."""

import asyncio
import itertools
from dataclasses import dataclass

import h11
from starlette.types import Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

STATE = "connection"
HEAD_SECONDS = 10.0
"""How long a request's head may take, from its first octet or, on a new connection, from the connection itself.
"""

_NUMBERS = itertools.count(1)


class ConnectionLostError(Exception):
    """The sandbox broke the connection off on purpose; nothing more can be sent on it."""


@dataclass(frozen=True)
class Connection:
    """One TCP connection. `number` is unique within the process."""

    number: int
    tls: bool
    transport: asyncio.Transport

    def abort(self) -> None:
        """Ends the connection with a reset; unsent data is lost."""
        self.transport.abort()


class NumberedProtocol(H11Protocol):
    """uvicorn's protocol that puts the connection into `scope["state"]`, and limits the wait for a request's head."""

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, STATE: Connection(next(_NUMBERS), self.scheme == "https", transport)}
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._stop_waiting()

    def handle_events(self) -> None:
        super().handle_events()
        self._await_head()

    def send_400_response(self, msg: str) -> None:
        """As uvicorn does it, but any request in progress is dropped, and an answer that has begun is broken off."""
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        try:
            super().send_400_response(msg)
        except h11.LocalProtocolError:
            self.transport.abort()

    def _await_head(self) -> None:
        """A head that has begun, or is the first on its connection, must be complete within HEAD_SECONDS. Otherwise
        idle connections would pile up (slowloris).
        """
        has_begun = self.cycle is None or bool(self.conn.trailing_data[0])
        if self.conn.their_state is not h11.IDLE or not has_begun:
            self._stop_waiting()
        elif self._late is None:
            self._late = self.loop.call_later(HEAD_SECONDS, self._end_late)

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _end_late(self) -> None:
        self._late = None
        if not self.transport.is_closing():
            self.transport.write(b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
            self.transport.close()


def connection_of(scope: Scope) -> Connection | None:
    """The connection of a call; None if the application is not served by `NumberedProtocol`."""
    found = scope.get("state", {}).get(STATE)
    return found if isinstance(found, Connection) else None
