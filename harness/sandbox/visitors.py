"""Distinguishes clients: which client called which service, how often, and over which connections."""

import datetime
from collections import Counter, OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from harness.sandbox.clock import Clock
from harness.sandbox.connection import connection_of
from harness.sandbox.incoming import client_of, raw_path

MOST_CONNECTIONS = 100
"""Per client, the newest; older ones are only counted."""
MOST_OCTETS = 100_000
"""How much of a grant's request is read to find its client."""


@dataclass
class Visitor:
    """What one client has done so far."""

    calls: Counter[str] = field(default_factory=Counter)
    connections: OrderedDict[int, int] = field(default_factory=OrderedDict)
    """Calls by connection, the most recently used last."""
    connected: int = 0
    """The number of connections so far."""
    last: datetime.datetime | None = None


class Visitors:
    """Wraps everything that a client may call; `service_of` names the service behind a path, or is empty.

    A client is the one named in a bearer token or a grant, unverified, if the issuer knows its id; all others count as
    one.
    """

    def __init__(self, app: ASGIApp, service_of: Callable[[str], str], known: Collection[str], clock: Clock) -> None:
        self._app = app
        self._service_of = service_of
        self._known = known
        self._clock = clock
        self._visitors: dict[str, Visitor] = {}

    @property
    def figures(self) -> list[Mapping[str, object]]:
        """One entry per client (null for unknown ones), with its calls by service and over its newest connections."""
        return [
            {
                "client": client or None,
                "calls": dict(visitor.calls),
                "last": visitor.last.isoformat() if visitor.last else None,
                "connected": visitor.connected,
                "connections": [{"number": number, "calls": calls} for number, calls in visitor.connections.items()],
            }
            for client, visitor in sorted(self._visitors.items())
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        service = self._service_of(raw_path(scope)) if scope["type"] == "http" else ""
        if not service:
            await self._app(scope, receive, send)
            return
        body = bytearray()

        async def receive_noted() -> Message:
            message = await receive()
            if len(body) < MOST_OCTETS:
                body.extend(message.get("body", b""))
            return message

        async def send_noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._note(scope, service, bytes(body))
            await send(message)

        await self._app(scope, receive_noted, send_noted)

    def _note(self, scope: Scope, service: str, body: bytes) -> None:
        named = client_of(scope, body)
        visitor = self._visitors.setdefault(named if named in self._known else "", Visitor())
        visitor.calls[service] += 1
        visitor.last = self._clock.now()
        connection = connection_of(scope)
        if connection is None:
            return
        earlier = visitor.connections.pop(connection.number, 0)
        visitor.connected += not earlier
        visitor.connections[connection.number] = earlier + 1
        if len(visitor.connections) > MOST_CONNECTIONS:
            visitor.connections.popitem(last=False)
