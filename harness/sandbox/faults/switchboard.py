"""Stands before one API and lets the faults that are switched on have their way with it."""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import reduce

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from harness.sandbox.faults.answer import AsResponse, Call, as_answer
from harness.sandbox.faults.catalogue import UnknownFaultError
from harness.sandbox.faults.fault import Fault, Handler
from harness.sandbox.faults.selection import Calls, Selected, select
from harness.sandbox.faults.survey import HEADER as REACHED
from harness.sandbox.faults.survey import Survey
from harness.sandbox.knobs import reading_noted
from harness.sandbox.record import client_of
from harness.sandbox.service import Service

HEADER = "Provestand-Fault"
"""Names faults for one call, separated by commas."""


class Switchboard:
    """One API with its faults. A set of faults gets a service of its own, which shares the healthy one's state."""

    def __init__(self, api: str, make: Callable[[], Service], seed: int, selected: Sequence[Selected] = ()) -> None:
        self._api = api
        self._make = make
        self._seed = seed
        self.switch(selected)

    def switch(self, selected: Sequence[Selected]) -> None:
        """Begins anew with these faults: calls are counted from one, and the API's state is as at the start."""
        self.healthy = self._make()
        self.selected: tuple[Selected, ...] = ()
        self._calls: Counter[tuple[str, str, Calls]] = Counter()
        self.choose(selected)

    def choose(self, selected: Sequence[Selected]) -> None:
        """These faults and no others, over the API's state as it is. Of those that stay on, calls go on being counted;
        what a fault remembered of earlier ones is forgotten."""
        stayed = {_key("", each) for each in self.selected}
        self.selected = tuple(each for each in selected if each.fault.api == self._api)
        self._handlers: dict[tuple[str, ...], Handler] = {(): self.healthy}
        self._calls = Counter({key: number for key, number in self._calls.items() if key in stayed})
        self.survey: Survey | None = None

    def met(self, selected: Selected) -> int:
        """How many calls one of the faults that are switched on has counted."""
        return self._calls[_key("", selected)]

    def names(self) -> frozenset[str]:
        """The faults that are switched on."""
        return frozenset(each.fault.name for each in self.selected)

    def survey_of(self, faults: Sequence[Fault]) -> Survey:
        """Switches every fault off, and tells of each call which of these would have changed its answer."""
        self.switch(())
        self.survey = Survey(self._api, self.healthy, [fault for fault in faults if fault.api == self._api])
        return self.survey

    async def __call__(self, request: Request) -> Response:
        try:
            faults = self._faults(request)
        except UnknownFaultError as error:
            return PlainTextResponse(f"{HEADER}: {error}\n", 400)
        with reading_noted() as read:
            response = await self._handler(faults)(request)
        if self.survey is None and all(fault.corrupt is None for fault in faults):
            return response
        operation = self.healthy.operation_of(request)
        call = Call(operation, request.method, request.url.path, request.url.query, request.headers)
        if self.survey is not None:
            response.headers[REACHED] = await self.survey.header(request, as_answer(response), call, read)
            return response
        return AsResponse(reduce(lambda answer, fault: fault.corrupted(answer, call), faults, as_answer(response)))

    def _faults(self, request: Request) -> list[Fault]:
        """Those switched on for every call, then those that this call asks for; each counts its own calls."""
        asked = request.headers.get(HEADER)
        faults = self._holding("", self.selected, request)
        if asked is not None:
            chosen = [each for each in select(asked.split(",")) if each.fault.api == self._api]
            faults += self._holding(asked, chosen, request)
        return faults

    def _holding(self, asked: str, selected: Sequence[Selected], request: Request) -> list[Fault]:
        holding = []
        for each in selected:
            if each.calls.client and each.calls.client != client_of(request.scope, b""):
                continue
            if not each.only.holds(request):
                continue
            key = _key(asked, each)
            self._calls[key] += 1
            if each.calls.holds(self._calls[key], f"{self._seed}/{each.fault.name}"):
                holding.append(each.as_rare())
        return holding

    def _handler(self, faults: Sequence[Fault]) -> Handler:
        """What answers under these faults: the service with other collaborators, and what is wrapped around it."""
        changing = [fault for fault in faults if fault.corrupt is None]
        key = tuple(fault.name for fault in changing)
        if key not in self._handlers:
            handler: Handler = reduce(lambda service, fault: fault.rebuilt(service), changing, self.healthy)
            for fault in changing:
                handler = fault.wrapped(handler)
            self._handlers[key] = handler
        return self._handlers[key]


def _key(asked: str, selected: Selected) -> tuple[str, str, Calls]:
    return asked, selected.fault.name, selected.calls
