"""The sandbox's own addresses for its clock, its knobs and its interventions, while it runs.

`PUT /sandbox/clock` {"ahead": seconds}: how far the sandbox's clock is ahead of the machine's. `PUT /sandbox/knobs`
{NAME: VALUE, …}: these knobs; all others as they were at the start. `POST /sandbox/knobs` {"name", "value"}: one knob,
for some calls. `PUT /sandbox/states/{service}/{kind}/{id}` {"state"}: puts something that an API keeps into another
state. `PUT /sandbox/interventions`: a list (see `interventions`); `POST` adds one, `DELETE /sandbox/interventions/{id}`
removes one.

Clock, single knob, state and a party's data (see `parties`) change for all calls, or with `times` for the next calls
that they touch, and with `client` for the calls of one client; `GET /sandbox/passing` lists such changes, and `DELETE
/sandbox/passing/{id}` ends one. `POST /sandbox/reset`: everything as at the start, faults off, including every API's
data and the parties. GET shows each, and `GET /sandbox/switches` everything that can be switched, and what is on.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from harness.sandbox.bodies import json_object, json_value
from harness.sandbox.clock import WHAT as CLOCK
from harness.sandbox.clock import Clock
from harness.sandbox.faults.control import FaultControl
from harness.sandbox.interventions import Interventions, NotUnderstoodError, parsed
from harness.sandbox.keeper import Keeper
from harness.sandbox.knobs import TurnedKnobs, UnknownKnobError, all_knobs
from harness.sandbox.maskinporten.clients import Register
from harness.sandbox.reach import UnknownReachError, calls_asked_for
from harness.sandbox.service import STATE, Inside

MOST_SECONDS = 10 * 366 * 24 * 3600


@dataclass
class Switches:
    """Handlers for what can be changed while a sandbox runs. `begin_anew` switches faults off and resets the APIs.

    `insides` returns each API's current inside view.
    """

    clock: Clock
    knobs: TurnedKnobs
    interventions: Interventions
    faults: FaultControl
    insides: Callable[[], Mapping[str, Inside]]
    register: Register
    begin_anew: Callable[[], None]
    keeper: Keeper
    _at_start: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self._at_start = dict(self.knobs)

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/switches", self.tell_everything, methods=["GET"]),
            Route("/clock", self.tell_clock, methods=["GET"]),
            Route("/clock", self.put_clock, methods=["PUT"]),
            Route("/knobs", self.tell_knobs, methods=["GET"]),
            Route("/knobs", self.put_knobs, methods=["PUT"]),
            Route("/knobs", self.turn_in_passing, methods=["POST"]),
            Route("/passing", self.tell_passing, methods=["GET"]),
            Route("/passing/{id:int}", self.end_passing, methods=["DELETE"]),
            Route("/interventions", self.tell_interventions, methods=["GET"]),
            Route("/interventions", self.put_interventions, methods=["PUT"]),
            Route("/interventions", self.add_intervention, methods=["POST"]),
            Route("/interventions/{id:int}", self.end_intervention, methods=["DELETE"]),
            Route("/states/{service}/{kind}/{id}", self.put_state, methods=["PUT"]),
            Route("/reset", self.reset, methods=["POST"]),
        ]

    async def tell_everything(self, request: Request) -> Response:  # noqa: ARG002 - a handler's signature
        """Everything that can be switched, each with its sentence, and what is on."""
        return JSONResponse(
            {
                **self._clock(),
                "faults": self.faults.tell(),
                "knobs": self._knobs(),
                "passing": [each.as_json() for each in self.knobs.passing.all],
                "interventions": [each.as_json() for each in self.interventions.all],
                "states": [
                    {"service": api, **asdict(each)} for api, inside in self.insides().items() for each in inside.kept()
                ],
                "kept": self.keeper.what,
                "services": [*self.insides(), "maskinporten"],
                "clients": [{"id": each.client_id, "owner": each.owner} for each in self.register.clients.values()],
            }
        )

    def _clock(self) -> dict[str, Any]:
        ahead, at_start = round(self.clock.ahead, 3), round(self.clock.ahead_at_start, 3)
        return {"now": self.clock.now().isoformat(), "ahead": ahead, "ahead_at_start": at_start}

    def _knobs(self) -> list[dict[str, Any]]:
        values, at_start = dict(self.knobs), self._at_start
        return [{**asdict(knob), "value": values[knob.name], "at_start": at_start[knob.name]} for knob in all_knobs()]

    async def tell_clock(self, request: Request) -> Response:  # noqa: ARG002 - a handler's signature
        return JSONResponse({"now": self.clock.now().isoformat(), "ahead": round(self.clock.ahead, 3)})

    async def put_clock(self, request: Request) -> Response:
        asked = await json_object(request) or {}
        ahead = asked.get("ahead")
        if isinstance(ahead, bool) or not isinstance(ahead, int | float) or abs(ahead) > MOST_SECONDS:
            return _problem("put {'ahead': seconds}, a number")
        try:
            calls = calls_asked_for(asked)
        except UnknownReachError as error:
            return _problem(str(error))
        if calls.are_all:
            self.clock.put_ahead(float(ahead))
        else:
            self.knobs.passing.add(CLOCK, float(ahead), calls)
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

    async def turn_in_passing(self, request: Request) -> Response:
        asked = await json_object(request) or {}
        try:
            calls = calls_asked_for(asked)
            turn = self.knobs.turn_in_passing(str(asked.get("name")), str(asked.get("value")), calls)
        except (UnknownKnobError, UnknownReachError) as error:
            return _problem(str(error))
        return JSONResponse(turn.as_json(), 201)

    async def tell_passing(self, request: Request) -> Response:  # noqa: ARG002 - a handler's signature
        return JSONResponse([each.as_json() for each in self.knobs.passing.all])

    async def end_passing(self, request: Request) -> Response:
        is_there = self.knobs.passing.end(request.path_params["id"])
        return Response(status_code=204) if is_there else _problem("no temporary change has this id", 404)

    async def tell_interventions(self, request: Request) -> Response:  # noqa: ARG002 - a handler's signature
        return JSONResponse([each.as_json() for each in self.interventions.all])

    async def put_interventions(self, request: Request) -> Response:
        try:
            self.interventions.put(parsed(await json_value(request)))
        except NotUnderstoodError as error:
            return _problem(str(error))
        return await self.tell_interventions(request)

    async def add_intervention(self, request: Request) -> Response:
        try:
            added = parsed([await json_value(request)])
        except NotUnderstoodError as error:
            return _problem(str(error))
        self.interventions.put([*self.interventions.all, *added])
        return JSONResponse(added[0].as_json(), 201)

    async def end_intervention(self, request: Request) -> Response:
        left = [each for each in self.interventions.all if each.number != request.path_params["id"]]
        is_there = len(left) < len(self.interventions.all)
        self.interventions.put(left)
        return Response(status_code=204) if is_there else _problem("no intervention has this id", 404)

    async def put_state(self, request: Request) -> Response:
        service, kind, key = (request.path_params[name] for name in ("service", "kind", "id"))
        asked = await json_object(request) or {}
        state, inside = str(asked.get("state")), self.insides().get(service)
        try:
            calls = calls_asked_for(asked)
        except UnknownReachError as error:
            return _problem(str(error))
        put = inside.putting(kind, key, state) if inside is not None else None
        if put is None:
            return _problem("there is no such case, attachment or state; GET /sandbox/switches lists them", 404)
        if calls.are_all:
            put()
        else:
            self.knobs.passing.add((STATE, service, kind, key), state, calls)
        return Response(status_code=204)

    async def reset(self, request: Request) -> Response:  # noqa: ARG002 - a handler's signature
        self.clock.put_ahead(self.clock.ahead_at_start)
        self.knobs.turn(self._at_start)
        self.knobs.passing.forget()
        self.interventions.put(())
        self.begin_anew()
        return Response(status_code=204)


def _problem(text: str, status: int = 400) -> Response:
    return JSONResponse({"problem": text}, status)
