"""Stands before one API and lets the faults that are switched on have their way with it."""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import reduce

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from harness.sandbox.faults.answer import AsResponse, Call, as_answer
from harness.sandbox.faults.catalogue import UnknownFaultError
from harness.sandbox.faults.fault import Fault, Handler
from harness.sandbox.faults.selection import Selected, select
from harness.sandbox.faults.survey import HEADER as REACHED
from harness.sandbox.faults.survey import Survey
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
        self._selected = tuple(each for each in selected if each.fault.api == self._api)
        self._handlers: dict[tuple[str, ...], Handler] = {(): self.healthy}
        self._calls: Counter[str] = Counter()
        self.survey: Survey | None = None

    def names(self) -> frozenset[str]:
        """The faults that are switched on."""
        return frozenset(each.fault.name for each in self._selected)

    def survey_of(self, faults: Sequence[Fault]) -> Survey:
        """Switches every fault off, and tells of each call which of these would have changed its answer."""
        self.switch(())
        self.survey = Survey(self._api, self.healthy, [fault for fault in faults if fault.api == self._api])
        return self.survey

    async def __call__(self, request: Request) -> Response:
        try:
            faults = self._faults(request.headers.get(HEADER))
        except UnknownFaultError as error:
            return PlainTextResponse(f"{HEADER}: {error}\n", 400)
        response = await self._handler(faults)(request)
        if self.survey is None and all(fault.corrupt is None for fault in faults):
            return response
        operation = self.healthy.operation_of(request)
        call = Call(operation, request.method, request.url.path, request.url.query, request.headers)
        if self.survey is not None:
            response.headers[REACHED] = await self.survey.header(request, as_answer(response), call)
            return response
        return AsResponse(reduce(lambda answer, fault: fault.corrupted(answer, call), faults, as_answer(response)))

    def _faults(self, asked: str | None) -> list[Fault]:
        """Those switched on for every call, then those that this call asks for; each counts its own calls."""
        faults = self._holding("", self._selected)
        if asked is not None:
            chosen = [each for each in select(asked.split(",")) if each.fault.api == self._api]
            faults += self._holding(asked, chosen)
        return faults

    def _holding(self, asked: str, selected: Sequence[Selected]) -> list[Fault]:
        self._calls[asked] += 1
        number = self._calls[asked]
        return [each.fault for each in selected if each.calls.holds(number, f"{self._seed}/{each.fault.name}")]

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
