"""The sandbox's own addresses for its clock, its knobs and its interventions, while it runs.

`PUT /sandbox/clock` {"ahead": seconds}: how far the sandbox's clock is ahead of the machine's. `PUT /sandbox/knobs`
{NAME: VALUE, …}: these knobs; all others as they were at the start. `PUT /sandbox/interventions`: a list, see there.
`POST /sandbox/reset`: all of them as at the start, faults off, every API's data as at the start. GET tells each.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from harness.sandbox.bodies import json_value
from harness.sandbox.clock import Clock
from harness.sandbox.interventions import Interventions, NotUnderstoodError, parsed
from harness.sandbox.knobs import TurnedKnobs, UnknownKnobError

MOST_SECONDS = 10 * 366 * 24 * 3600


@dataclass
class Switches:
    """Handlers around what may be changed while a sandbox runs. `begin_anew` switches faults off, and forgets."""

    clock: Clock
    knobs: TurnedKnobs
    interventions: Interventions
    begin_anew: Callable[[], None]
    _at_start: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self._at_start = dict(self.knobs)

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/clock", self.tell_clock, methods=["GET"]),
            Route("/clock", self.put_clock, methods=["PUT"]),
            Route("/knobs", self.tell_knobs, methods=["GET"]),
            Route("/knobs", self.put_knobs, methods=["PUT"]),
            Route("/interventions", self.tell_interventions, methods=["GET"]),
            Route("/interventions", self.put_interventions, methods=["PUT"]),
            Route("/reset", self.reset, methods=["POST"]),
        ]

    async def tell_clock(self, request: Request) -> Response:  # noqa: ARG002 - a handler's signature
        return JSONResponse({"now": self.clock.now().isoformat(), "ahead": round(self.clock.ahead, 3)})

    async def put_clock(self, request: Request) -> Response:
        asked = await json_value(request)
        ahead = asked.get("ahead") if isinstance(asked, dict) else None
        if isinstance(ahead, bool) or not isinstance(ahead, int | float) or abs(ahead) > MOST_SECONDS:
            return _problem("put {'ahead': seconds}, a number")
        self.clock.put_ahead(float(ahead))
        return await self.tell_clock(request)

    async def tell_knobs(self, request: Request) -> Response:  # noqa: ARG002 - a handler's signature
        return JSONResponse(dict(self.knobs))

    async def put_knobs(self, request: Request) -> Response:
        asked = await json_value(request)
        if not isinstance(asked, dict):
            return _problem("put a JSON object of knobs and values")
        try:
            self.knobs.turn({**self._at_start, **{str(name): str(value) for name, value in asked.items()}})
        except UnknownKnobError as error:
            return _problem(str(error))
        return await self.tell_knobs(request)

    async def tell_interventions(self, request: Request) -> Response:  # noqa: ARG002 - a handler's signature
        return JSONResponse([each.as_json() for each in self.interventions.all])

    async def put_interventions(self, request: Request) -> Response:
        try:
            self.interventions.put(parsed(await json_value(request)))
        except NotUnderstoodError as error:
            return _problem(str(error))
        return await self.tell_interventions(request)

    async def reset(self, request: Request) -> Response:  # noqa: ARG002 - a handler's signature
        self.clock.put_ahead(self.clock.ahead_at_start)
        self.knobs.turn(self._at_start)
        self.interventions.put(())
        self.begin_anew()
        return Response(status_code=204)


def _problem(text: str) -> Response:
    return JSONResponse({"problem": text}, 400)
