"""Puts the knobs where each call wants them: some are turned for a few calls, or for one client."""

from collections.abc import Container

from starlette.types import ASGIApp, Receive, Scope, Send

from harness.sandbox.knobs import TurnedKnobs
from harness.sandbox.record import client_behind


class KnobsPerCall:
    """Stands before one service. `owners` are the services whose knobs change its answers."""

    def __init__(self, app: ASGIApp, owners: Container[str], knobs: TurnedKnobs) -> None:
        self._app = app
        self._owners = owners
        self._knobs = knobs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._knobs.passing:
            client = ""
            if any(each.client for each in self._knobs.passing):
                client, receive = await client_behind(scope, receive)
            self._knobs.take_call(self._owners, client)
        await self._app(scope, receive, send)
