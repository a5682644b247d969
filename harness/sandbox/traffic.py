"""Counts the sandbox's traffic: requests, concurrent calls to an API, repeated call ids."""

import asyncio
from collections import Counter
from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from harness.sandbox.knobs import Knobs

FAIR = 5
"""Calls in flight per API and organisation (API documentation, Bruk, 2022-11)."""


class Traffic:
    """Wraps one API: counts, delays, and refuses a sixth concurrent call if the knob says so."""

    def __init__(self, app: ASGIApp, knobs: Knobs, latency: float) -> None:
        self._app = app
        self._knobs = knobs
        self._latency = latency
        self._in_flight = 0
        self._counts: Counter[str] = Counter()
        self._ids: set[str] = set()

    @property
    def figures(self) -> Mapping[str, int]:
        """`requests`, `max_in_flight`, `breaches` (calls begun while five were in flight), `repeated_ids`
        (Korrelasjonsid).
        """
        return {name: self._counts[name] for name in ("requests", "max_in_flight", "breaches", "repeated_ids")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._in_flight += 1
        self._counts["requests"] += 1
        self._counts["max_in_flight"] = max(self._counts["max_in_flight"], self._in_flight)
        self._note_id(scope)
        is_breach = self._in_flight > FAIR
        self._counts["breaches"] += is_breach
        try:
            if self._latency:
                await asyncio.sleep(self._latency)
            if is_breach and self._knobs["sixth-call"] == "429":
                await Response(status_code=429, headers={"Retry-After": "1"})(scope, receive, send)
            else:
                await self._app(scope, receive, send)
        finally:
            self._in_flight -= 1

    def _note_id(self, scope: Scope) -> None:
        """A client makes a new id for every call (API documentation, Feil, 2022-11)."""
        sent = Headers(scope=scope).get("korrelasjonsid")
        if sent is not None:
            self._counts["repeated_ids"] += sent in self._ids
            self._ids.add(sent)
