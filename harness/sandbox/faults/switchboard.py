"""Wraps one API and applies the faults that are switched on."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from harness.sandbox.faults.answer import Answer, AsResponse, Call, as_answer
from harness.sandbox.faults.catalogue import UnknownFaultError
from harness.sandbox.faults.fault import Fault, Handler
from harness.sandbox.faults.selection import Selected, select
from harness.sandbox.faults.survey import HEADER as REACHED
from harness.sandbox.faults.survey import Survey, comparable
from harness.sandbox.incoming import client_of
from harness.sandbox.knobs import knobs_of_a_call
from harness.sandbox.reach import Calls
from harness.sandbox.service import Service

HEADER = "Provestand-Fault"
"""The header that names faults for one call, separated by commas."""


Key = tuple[str, str, Calls]


@dataclass(frozen=True)
class On:
    """A fault that is on; `asked` is the header of the single call that requests it, or empty if it is switched on."""

    asked: str
    selected: Selected

    @cached_property
    def fault(self) -> Fault:
        return self.selected.as_rare()

    @property
    def key(self) -> Key:
        """The key under which its calls are counted."""
        return self.asked, self.fault.name, self.selected.calls

    def could_touch(self, request: Request, operation: str) -> bool:
        """Whether operation, client and content of the call match those that the fault is on for."""
        is_there = not self.fault.operations or operation in self.fault.operations
        is_meant = self.selected.calls.client in {"", client_of(request.scope, b"")}
        return is_there and is_meant and self.selected.only.holds(request)


class Switchboard:
    """One API with its faults. Each set of faults gets its own service, which shares the healthy one's state."""

    def __init__(self, api: str, make: Callable[[], Service], seed: int, selected: Sequence[Selected] = ()) -> None:
        self._api = api
        self._make = make
        self._seed = seed
        self.switch(selected)

    def switch(self, selected: Sequence[Selected], *, tells: bool = False) -> None:
        """Resets the API's state and the counts of calls, with these faults on.

        If it `tells`, each answer lists, by number among those of this API, which of them changed it.
        """
        self.healthy = self._make()
        self._tells = tells
        self.selected: tuple[Selected, ...] = ()
        self._calls: Counter[Key] = Counter()
        self.choose(selected)

    def choose(self, selected: Sequence[Selected]) -> None:
        """Switches to these faults; the API keeps its state. Faults that stay on keep their counts but forget earlier
        calls.
        """
        stayed = {On("", each).key for each in self.selected}
        self.selected = tuple(each for each in selected if each.fault.api == self._api)
        self._handlers: dict[tuple[str, ...], Handler] = {(): self.healthy}
        self._calls = Counter({key: number for key, number in self._calls.items() if key in stayed})
        self.survey: Survey | None = None

    def met(self, selected: Selected) -> int:
        """How many calls a fault that is switched on has touched."""
        return self._calls[On("", selected).key]

    def names(self) -> frozenset[str]:
        """The faults that are switched on."""
        return frozenset(each.fault.name for each in self.selected)

    def survey_of(self, selected: Sequence[Selected]) -> Survey:
        """Switches every fault off, and reports for each call which of these would have changed its answer."""
        self.switch(())
        self.survey = Survey(self._api, self.healthy, [each for each in selected if each.fault.api == self._api])
        return self.survey

    async def __call__(self, request: Request) -> Response:
        try:
            on = self._on(request)
        except UnknownFaultError as error:
            return PlainTextResponse(f"{HEADER}: {error}\n", 400)
        with knobs_of_a_call() as read:
            response = await self._answered(request, [each for each in on if each.fault.corrupt is None])
        corrupting = [each for each in on if each.fault.corrupt is not None]
        if self.survey is None and not corrupting and not self._tells:
            return response
        answer = as_answer(response)
        operation = self.healthy.operation_of(request)
        call = Call(operation, request.method, request.url.path, request.url.query, request.headers)
        if self.survey is not None:
            response.headers[REACHED] = await self.survey.header(request, answer, call, read)
            return response
        showing = await self._showing(request, answer, on) if self._tells else []
        for each in corrupting:
            changed = each.fault.corrupted(answer, call)
            if changed != answer and self._takes(each):
                answer = changed
                showing.append(each)
        response = AsResponse(answer)
        if self._tells:
            response.headers[REACHED] = self._told(showing)
        return response

    def _told(self, showing: "Sequence[On]") -> str:
        numbers = (str(self.selected.index(each.selected)) for each in showing if not each.asked)
        return f"{self._api};;{','.join(numbers)}"

    async def _showing(self, request: Request, answer: Answer, on: "Sequence[On]") -> "list[On]":
        """The faults that change the service and without which the answer would differ; none if the call cannot be
        repeated.
        """
        changing = [each for each in on if each.fault.corrupt is None]
        if not self.healthy.repeatable:
            return []
        without = [self._handler([other.fault for other in changing if other is not each]) for each in changing]
        others = [as_answer(await handler(request)) for handler in without]
        return [each for each, other in zip(changing, others, strict=True) if comparable(other) != comparable(answer)]

    def _on(self, request: Request) -> "list[On]":
        """Faults that could touch this call: those switched on, then those that the call's header requests."""
        asked = request.headers.get(HEADER)
        on = [On("", each) for each in self.selected]
        if asked is not None:
            on += [On(asked, each) for each in select(asked.split(",")) if each.fault.api == self._api]
        operation = self.healthy.operation_of(request) if on else ""
        return [each for each in on if each.could_touch(request, operation) and not self._is_over(each)]

    def _is_over(self, on: "On") -> bool:
        return on.selected.calls.is_over(self._calls[on.key])

    def _takes(self, on: "On") -> bool:
        """Counts a call that a fault touches; says whether the fault is on for it."""
        self._calls[on.key] += 1
        return on.selected.calls.holds(self._calls[on.key], f"{self._seed}/{on.fault.name}")

    async def _answered(self, request: Request, changing: "list[On]") -> Response:
        """The answer with the faults that change the service.

        A fault that is on for some calls only is tried first if that is harmless; calls that it leaves unchanged do not
        count.
        """
        tried = [each for each in changing if self._can_be_tried(each)]
        holding = [each.fault for each in changing if each not in tried and self._takes(each)]
        response = await self._handler(holding)(request)
        for each in tried:
            other = await self._handler([*holding, each.fault])(request)
            if comparable(as_answer(other)) != comparable(as_answer(response)) and self._takes(each):
                holding.append(each.fault)
                response = other
        return response

    def _can_be_tried(self, on: "On") -> bool:
        return not on.selected.calls.are_all and self.healthy.repeatable and not on.fault.remembers

    def _handler(self, changing: Sequence[Fault]) -> Handler:
        """The handler with these faults: the service with other collaborators, and the wrappers around it."""
        key = tuple(fault.name for fault in changing)
        if key not in self._handlers:
            handler: Handler = reduce(lambda service, fault: fault.rebuilt(service), changing, self.healthy)
            for fault in changing:
                handler = fault.wrapped(handler)
            self._handlers[key] = handler
        return self._handlers[key]
