"""The sandbox's own addresses for switching faults while it runs."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from harness.sandbox.bodies import json_value
from harness.sandbox.faults.catalogue import UnknownFaultError, all_faults
from harness.sandbox.faults.selection import select
from harness.sandbox.faults.switchboard import Switchboard


@dataclass(frozen=True)
class FaultControl:
    """Handlers around the switchboards of every API."""

    switchboards: Mapping[str, Switchboard]

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/faults", self.switch, methods=["PUT"]),
            Route("/survey", self.survey, methods=["PUT"]),
            Route("/mutants", self.mutants),
        ]

    async def switch(self, request: Request) -> Response:
        """Switches these faults on and others off: a JSON list of names. Every API's state begins anew."""
        try:
            selected = select(_names(await json_value(request)))
        except (UnknownFaultError, ValueError) as error:
            return JSONResponse({"problem": str(error)}, 400)
        for switchboard in self.switchboards.values():
            switchboard.switch(selected)
        return JSONResponse([each.fault.full_name for each in selected])

    async def survey(self, request: Request) -> Response:  # noqa: ARG002 - a handler's signature
        """Switches faults off; answers tell from now on, by number, which faults would have changed them.

        The answer has, by API, the faults in the order of their numbers, and whether the survey can tell of each.
        """
        surveys = {api: board.survey_of(all_faults()) for api, board in self.switchboards.items()}
        return JSONResponse(
            {
                api: [{"name": fault.name, "told": survey.can_tell(fault)} for fault in survey.faults]
                for api, survey in surveys.items()
            }
        )

    async def mutants(self, request: Request) -> Response:
        """Mechanical mutants of the answers that were surveyed, `number` of them per API, drawn by `seed`.

        By API: the name of each, and what it changes in words.
        """
        number, seed = request.query_params.get("number", "0"), request.query_params.get("seed", "0")
        if not number.isdecimal() or not seed.isdecimal():
            return JSONResponse({"problem": "number and seed are whole numbers"}, 400)
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
