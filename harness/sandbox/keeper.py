"""Lets a program lock the switches: until it unlocks them, nobody else can change them.

`PUT /sandbox/keeper` {"key", "what"}: from now on only a caller with the key, in the header `Provestand-Key`, can
change a switch; `what` tells everybody else what is going on. `DELETE /sandbox/keeper`, with the key, ends it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from harness.sandbox.bodies import json_object

HEADER = "Provestand-Key"
MOST_CHARACTERS = 500


@dataclass
class Keeper:
    """The lock on the switches; `what` is empty when they are not locked."""

    key: str = ""
    what: str = ""

    def routes(self) -> list[BaseRoute]:
        return [Route("/keeper", self.keep, methods=["PUT"]), Route("/keeper", self.release, methods=["DELETE"])]

    async def keep(self, request: Request) -> Response:
        asked = await json_object(request) or {}
        key, what = asked.get("key"), asked.get("what")
        texts = [each for each in (key, what) if isinstance(each, str) and 0 < len(each) <= MOST_CHARACTERS]
        if len(texts) != 2:
            return JSONResponse({"problem": f"put {{'key', 'what'}}, texts of 1 to {MOST_CHARACTERS} characters"}, 400)
        self.key, self.what = texts
        return Response(status_code=204)

    async def release(self, request: Request) -> Response:  # noqa: ARG002 - a handler's signature
        self.key = self.what = ""
        return Response(status_code=204)

    def allows(self, headers: Headers) -> bool:
        return not self.what or headers.get(HEADER) == self.key


@dataclass(frozen=True)
class Kept:
    """An outer layer. `switches` are the prefixes of paths that change what a client meets; `changed` follows each
    change.
    """

    app: ASGIApp
    keeper: Keeper
    switches: tuple[str, ...]
    changed: Callable[[], None]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_change = scope["method"] not in {"GET", "HEAD", "OPTIONS"} and scope["path"].startswith(self.switches)
        if is_change and not self.keeper.allows(Headers(scope=scope)):
            text = f"the switches are locked: {self.keeper.what}. Try again when it has ended"
            await JSONResponse({"problem": text}, 423)(scope, receive, send)
            return
        await self.app(scope, receive, send)
        if is_change:
            self.changed()
