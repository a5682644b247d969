"""What the sandbox knows of the connection that a call came over, and how it breaks one off."""

import asyncio
import itertools
from dataclasses import dataclass

from starlette.types import Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

STATE = "connection"
_NUMBERS = itertools.count(1)


class ConnectionLostError(Exception):
    """The sandbox broke the connection off on purpose: nothing more can be sent on it."""


@dataclass(frozen=True)
class Connection:
    """One TCP connection. `number` is unique for as long as the process lives."""

    number: int
    tls: bool
    transport: asyncio.Transport

    def abort(self) -> None:
        """Ends the connection with a reset; what was not yet sent is lost."""
        self.transport.abort()


class NumberedProtocol(H11Protocol):
    """uvicorn's protocol, which tells the application by `scope["state"]` over which connection a call came."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, STATE: Connection(next(_NUMBERS), self.scheme == "https", transport)}


def connection_of(scope: Scope) -> Connection | None:
    """The connection of a call; None where the application is not served by `NumberedProtocol`."""
    found = scope.get("state", {}).get(STATE)
    return found if isinstance(found, Connection) else None
