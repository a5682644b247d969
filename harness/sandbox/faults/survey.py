"""Reports, call by call, which faults would have changed the answer, while none is switched on.

A scenario that saw no answer which a fault would have changed has the same result with and without that fault. A
self-test runs the survey once, and then skips such scenarios. A fault that is on for a share of the calls is surveyed
with its conditions.
"""

import json
from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lxml import etree
from starlette.requests import Request
from starlette.responses import Response

from harness.sandbox.faults.answer import Answer, AsResponse, Call, as_answer
from harness.sandbox.faults.fault import EVERYWHERE, Fault, Handler
from harness.sandbox.faults.mutants import Shapes, mutant
from harness.sandbox.faults.parts import Part, meet, parts_changed, steers, takes_away
from harness.sandbox.faults.selection import Only, Selected
from harness.sandbox.service import Service

HEADER = "Provestand-Reached"
"""The API, the operation of a good answer, and the numbers of the faults that would have changed the answer.

The number of a fault that the survey cannot judge means that the fault could touch the call.
"""

SAFE = frozenset({"GET", "HEAD"})
IDS = ("korrelasjonsid", "feilid")


@dataclass(frozen=True)
class Companion:
    """A variation that may be grouped: those that it must not be grouped with, and whether it takes something away."""

    apart: frozenset[str]
    takes: bool


@dataclass
class Survey:
    """A survey of some faults of one API. It collects the shapes of good JSON bodies."""

    api: str
    service: Service
    selected: Sequence[Selected]
    shapes: Shapes = field(default_factory=Shapes)
    _faults: list[tuple[int, Fault]] = field(init=False)
    """Each fault with its first number: some differ only in the calls that they are on for."""
    _rebuilt: dict[int, Handler] = field(default_factory=dict)
    _known: dict[tuple[int, str, int, bytes], bool] = field(default_factory=dict)
    _compared: set[tuple[int, Answer, Answer]] = field(default_factory=set)
    """The changes whose parts are noted, by a variation's number."""
    _parts: defaultdict[int, set[Part]] = field(default_factory=lambda: defaultdict(set))
    """The parts that variations were seen to change, by their numbers."""
    _takers: set[int] = field(default_factory=set)
    """The numbers of variations that were seen to take something away."""

    def __post_init__(self) -> None:
        faults = [each.as_rare() for each in self.selected]
        first = {id(fault): number for number, fault in reversed([*enumerate(faults)])}
        self._faults = [(first[id(fault)], fault) for fault in faults]

    def can_tell(self, fault: Fault) -> bool:
        """Whether the survey can judge a fault: not if it remembers, or if trying it means a second call to an API that
        keeps state. Exceptions: the fault names the answers at which it takes effect; it only turns knobs (an answer
        for which none was read stays the same); or it only wraps a call, which can be tried on the answer that was
        given.
        """
        if fault.wrap is not None and fault.rebuild is None and not fault.remembers:
            return True
        return _says_where(fault) or (not fault.remembers and (fault.corrupt is not None or self.service.repeatable))

    def mutants(self, number: int, seed: int) -> list[Fault]:
        """Mechanical mutants of what was surveyed, without changes that the service allows itself."""
        names = self.shapes.chosen(number, seed, self.service.may_be_changed)
        return [made for name in names if (made := mutant(self.api, name)) is not None]

    def companions(self) -> Mapping[str, Companion]:
        """The variations that may be grouped.

        Excluded are variations that change a status, and those that no answer showed the effect of.
        """
        names = {fault.full_name: number for number, fault in self._faults if self._sees(fault)}
        changing = {name: parts for name, number in names.items() if not steers(parts := self._parts[number])}
        return {
            name: Companion(
                frozenset(other for other, theirs in changing.items() if other != name and meet(parts, theirs)),
                names[name] in self._takers,
            )
            for name, parts in changing.items()
            if parts
        }

    async def header(self, request: Request, answer: Answer, call: Call, read: Container[str] = ()) -> str:
        """The header's value for an answer; `read` are the knobs that were read to produce it."""
        numbers = await self._reached(request, answer, call, read)
        operation = ""
        if answer.status == 200 and (answer.is_json or answer.is_xml) and call.method != "HEAD":
            operation = call.operation
        if operation and answer.is_json:
            self.shapes.add(operation, answer.json())
        return f"{self.api};{operation};{','.join(map(str, numbers))}"

    async def _reached(self, request: Request, answer: Answer, call: Call, read: Container[str]) -> list[int]:
        """The numbers of the faults that would have changed the answer. Each is tried once, whatever its conditions."""
        meant: dict[Only, bool] = {}
        changed: dict[int, bool] = {}
        numbers = []
        for number, (first, fault) in enumerate(self._faults):
            only = self.selected[number].only
            if only not in meant:
                meant[only] = only.holds(request) and only.is_met_by(answer)
            if not meant[only]:
                continue
            if first not in changed:
                changed[first] = await self._is_reached(first, fault, request, answer, call, read)
            if changed[first]:
                numbers.append(number)
        return numbers

    async def _is_reached(
        self, number: int, fault: Fault, request: Request, answer: Answer, call: Call, read: Container[str]
    ) -> bool:
        if not self.can_tell(fault):
            showing = fault.shows_in or fault.operations
            return not showing or call.operation in showing
        if fault.turns and not self.service.repeatable:
            return any(name in read for name in fault.turns)
        if _says_where(fault) and not self.service.repeatable:
            return fault.where.holds(answer, call) and (
                call.method not in SAFE or await self._is_answered_otherwise(number, fault, request, answer)
            )
        if fault.wrap is not None and not self.service.repeatable:
            return await _does_something_around(fault, request, answer)
        if fault.corrupt is None:
            return await self._is_answered_otherwise(number, fault, request, answer)
        if not fault.of_body:
            return self._noted(number, fault, answer, fault.corrupted(answer, call))
        key = (number, call.operation, answer.status, answer.body)
        if key not in self._known:
            self._known[key] = self._noted(number, fault, answer, fault.corrupted(answer, call))
        return self._known[key]

    def _sees(self, fault: Fault) -> bool:
        """Whether the answers that are tried show everything that a variation does."""
        is_of_each_answer = fault.corrupt is not None or (self.service.repeatable and fault.wrap is None)
        return fault.is_benign and is_of_each_answer and not fault.remembers and not fault.seen_with

    def _noted(self, number: int, fault: Fault, answer: Answer, other: Answer) -> bool:
        """Whether a fault changes the answer; for a variation, the changed parts are noted."""
        if other == answer:
            return False
        if fault.is_benign and (number, answer, other) not in self._compared:
            self._compared.add((number, answer, other))
            self._parts[number] |= parts_changed(answer, other)
            if number not in self._takers and takes_away(answer, other):
                self._takers.add(number)
        return True

    async def _is_answered_otherwise(self, number: int, fault: Fault, request: Request, answer: Answer) -> bool:
        """Repeats the call under the fault; only for calls that change nothing."""
        if number not in self._rebuilt:
            self._rebuilt[number] = fault.wrapped(fault.rebuilt(self.service))
        other = as_answer(await self._rebuilt[number](request))
        return self._noted(number, fault, comparable(answer), comparable(other))


async def _does_something_around(fault: Fault, request: Request, answer: Answer) -> bool:
    """Whether what a fault wraps around a call changes the call or its answer."""
    asked: list[Request] = []

    async def as_answered(again: Request) -> Response:
        asked.append(again)
        return AsResponse(answer)

    around = as_answer(await fault.wrapped(as_answered)(request))
    return len(asked) != 1 or asked[0] is not request or around != answer


def _says_where(fault: Fault) -> bool:
    return fault.rebuild is not None and fault.where != EVERYWHERE


def comparable(answer: Answer) -> Answer:
    """An answer without the ids of its call and its error, which differ every time."""
    for name in IDS:
        found = answer.header(name) or _member(answer, name)
        if found:
            body = answer.body.replace(found.encode(), name.encode())
            headers = tuple((key, value.replace(found, name)) for key, value in answer.headers)
            answer = replace(answer, body=body, headers=headers)
    return answer


def _member(answer: Answer, name: str) -> str | None:
    if name.encode() not in answer.body:
        return None
    try:
        if answer.is_xml:
            return etree.fromstring(answer.body).findtext(f"{{*}}{name}")
        body: Any = json.loads(answer.body) if answer.is_json else None
    except (ValueError, etree.XMLSyntaxError):
        return None
    found = body.get(name) if isinstance(body, dict) else None
    return found if isinstance(found, str) else None
