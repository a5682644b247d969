"""The sandbox's own addresses for switching faults while it runs."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from harness.sandbox.bodies import json_object, json_value
from harness.sandbox.faults.catalogue import UnknownFaultError, all_faults
from harness.sandbox.faults.selection import select
from harness.sandbox.faults.switchboard import Switchboard


@dataclass(frozen=True)
class FaultControl:
    """Handlers for the switchboards of all APIs."""

    switchboards: Mapping[str, Switchboard]

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/faults", self.tell_all, methods=["GET"]),
            Route("/faults", self.switch, methods=["PUT"]),
            Route("/faults/{api}/{name}", self.switch_on, methods=["PUT"]),
            Route("/faults/{api}/{name}", self.switch_off, methods=["DELETE"]),
            Route("/survey", self.survey, methods=["PUT"]),
            Route("/survey", self.companions, methods=["GET"]),
            Route("/mutants", self.mutants),
        ]

    async def switch(self, request: Request) -> Response:
        """Switches these faults on and all others off: a JSON list of names. Resets every API's state.

        With `tells` in the query, each answer lists, by number, which of the API's faults that are on changed it.
        """
        try:
            selected = select(_names(await json_value(request)))
        except (UnknownFaultError, ValueError) as error:
            return JSONResponse({"problem": str(error)}, 400)
        for switchboard in self.switchboards.values():
            switchboard.switch(selected, tells="tells" in request.query_params)
        return JSONResponse([each.fault.full_name for each in selected])

    def tell(self) -> list[dict[str, Any]]:
        """Every fault with its sentence and, if it is on, for which calls, and how many calls it has touched."""
        on = {
            each.fault.full_name: {**asdict(each.calls), "met": board.met(each)}
            for board in self.switchboards.values()
            for each in board.selected
        }
        listed = {fault.full_name: fault for fault in all_faults()}
        listed |= {each.fault.full_name: each.fault for board in self.switchboards.values() for each in board.selected}
        return [
            {
                "name": name,
                "service": fault.api,
                "theme": fault.theme,
                "text": fault.text,
                "breaks": fault.breaks,
                "operations": fault.operations,
                "on": on.get(name),
            }
            for name, fault in listed.items()
        ]

    async def tell_all(self, request: Request) -> Response:  # noqa: ARG002 - a handler's signature
        return JSONResponse(self.tell())

    async def switch_on(self, request: Request) -> Response:
        """Switches one more fault on; the APIs keep their state. Options: `first`, `from`, `share`, `client`."""
        board, name = self._at(request)
        asked = await json_object(request) or {}
        conditions = {key: asked[key] for key in ("first", "from", "share", "client") if asked.get(key) is not None}
        text = "@".join([name, *(f"{key}={value}" for key, value in conditions.items())])
        try:
            chosen = select([text])
        except UnknownFaultError as error:
            return JSONResponse({"problem": str(error)}, 400)
        if board is None:
            return JSONResponse({"problem": "there is no such API"}, 404)
        others = [each for each in board.selected if each.fault.full_name != name]
        board.choose(others)  # resets the fault's count of calls
        board.choose([*others, *chosen])
        return JSONResponse([each.fault.full_name for each in board.selected])

    async def switch_off(self, request: Request) -> Response:
        """Switches one fault off; the APIs keep their state."""
        board, name = self._at(request)
        left = [each for each in board.selected if each.fault.full_name != name] if board else []
        if board is None or len(left) == len(board.selected):
            return JSONResponse({"problem": "this fault is not on"}, 404)
        board.choose(left)
        return Response(status_code=204)

    def _at(self, request: Request) -> tuple[Switchboard | None, str]:
        api, name = request.path_params["api"], request.path_params["name"]
        return self.switchboards.get(api), f"{api}/{name}"

    async def survey(self, request: Request) -> Response:
        """Switches all faults off; from now on each answer lists, by number, which faults would have changed it.

        A JSON list of names, with conditions, limits the survey to these faults. The response lists, by API, the faults
        in the order of their numbers, and whether the survey can judge each.
        """
        try:
            asked = await json_value(request) if await request.body() else [fault.full_name for fault in all_faults()]
            selected = select(_names(asked))
        except (UnknownFaultError, ValueError) as error:
            return JSONResponse({"problem": str(error)}, 400)
        surveys = {api: board.survey_of(selected) for api, board in self.switchboards.items()}
        return JSONResponse(
            {
                api: [{"name": each.name, "told": survey.can_tell(each.fault)} for each in survey.selected]
                for api, survey in surveys.items()
            }
        )

    async def companions(self, request: Request) -> Response:  # noqa: ARG002 - a handler's signature
        """The variations that can be on together, as the answers of the survey show: those that each must not be with,
        and whether it takes something away from answers."""
        found = [board.survey.companions() for board in self.switchboards.values() if board.survey]
        return JSONResponse(
            {
                name: {"apart": sorted(companion.apart), "takes": companion.takes}
                for each in found
                for name, companion in each.items()
            }
        )

    async def mutants(self, request: Request) -> Response:
        """Mechanical mutants of the surveyed answers, `number` per API, drawn by `seed`: each one's name and
        description.
        """
        number, seed = request.query_params.get("number", "0"), request.query_params.get("seed", "0")
        if not number.isdecimal() or not seed.isdecimal():
            return JSONResponse({"problem": "number and seed must be whole numbers"}, 400)
        chosen = {
            api: board.survey.mutants(int(number), int(seed)) if board.survey else []
            for api, board in self.switchboards.items()
        }
        return JSONResponse(
            {api: [{"name": each.name, "text": each.text} for each in mutants] for api, mutants in chosen.items()}
        )


def _names(names: object) -> list[str]:
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError("put a JSON list of fault names")
    return names
