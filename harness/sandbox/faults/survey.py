"""Tells, call by call, which faults would have changed the answer, while none is switched on.

A scenario that saw no answer which a fault would have changed goes the same way under that fault as without it. A
self-test asks the survey once, and then leaves such scenarios out.
"""

import json
from collections.abc import Container, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from harness.sandbox.faults.answer import Answer, AsResponse, Call, as_answer
from harness.sandbox.faults.fault import EVERYWHERE, Fault, Handler
from harness.sandbox.faults.mutants import Shapes, mutant
from harness.sandbox.service import Service

HEADER = "Provestand-Reached"
"""The API, the operation of a good answer, and the numbers of the faults that would have changed the answer."""


@dataclass
class Survey:
    """A survey of some faults of one API. Bodies that were good JSON leave their shape."""

    api: str
    service: Service
    faults: Sequence[Fault]
    shapes: Shapes = field(default_factory=Shapes)
    _rebuilt: dict[int, Handler] = field(default_factory=dict)
    _known: dict[tuple[int, str, int, bytes], bool] = field(default_factory=dict)

    def can_tell(self, fault: Fault) -> bool:
        """A fault that remembers, or that a second call would let loose on an API that keeps state, is not surveyed.

        It is where it says itself at which answers it begins; where it does nothing but turn knobs, for an answer for
        which none of them was read is the same; and where it only does something around a call, which can be tried with
        the answer that was given.
        """
        if fault.wrap is not None and fault.rebuild is None and not fault.remembers:
            return True
        return _says_where(fault) or (not fault.remembers and (fault.corrupt is not None or self.service.repeatable))

    def mutants(self, number: int, seed: int) -> list[Fault]:
        """Mechanical mutants of what was surveyed, none that the service allows itself."""
        names = self.shapes.chosen(number, seed, self.service.may_be_changed)
        return [made for name in names if (made := mutant(self.api, name)) is not None]

    async def header(self, request: Request, answer: Answer, call: Call, read: Container[str] = ()) -> str:
        """What the header says of an answer; `read` are the knobs that were read to give it."""
        reached = [
            str(number)
            for number, fault in enumerate(self.faults)
            if self.can_tell(fault) and await self._is_reached(number, fault, request, answer, call, read)
        ]
        operation = ""
        if answer.status == 200 and (answer.is_json or answer.is_xml) and call.method != "HEAD":
            operation = call.operation
        if operation and answer.is_json:
            self.shapes.add(operation, answer.json())
        return f"{self.api};{operation};{','.join(reached)}"

    async def _is_reached(
        self, number: int, fault: Fault, request: Request, answer: Answer, call: Call, read: Container[str]
    ) -> bool:
        if fault.turns and not self.service.repeatable:
            return any(name in read for name in fault.turns)
        if _says_where(fault):
            return fault.where.holds(answer, call)
        if fault.wrap is not None and not self.service.repeatable:
            return await _does_something_around(fault, request, answer)
        if fault.corrupt is None:
            if number not in self._rebuilt:
                self._rebuilt[number] = fault.wrapped(fault.rebuilt(self.service))
            return comparable(as_answer(await self._rebuilt[number](request))) != comparable(answer)
        if not fault.of_body:
            return fault.corrupted(answer, call) != answer
        key = (number, call.operation, answer.status, answer.body)
        if key not in self._known:
            self._known[key] = fault.corrupted(answer, call) != answer
        return self._known[key]


async def _does_something_around(fault: Fault, request: Request, answer: Answer) -> bool:
    """Whether what a fault wraps around a call leaves the call or its answer other than they are."""
    asked: list[Request] = []

    async def as_answered(again: Request) -> Response:
        asked.append(again)
        return AsResponse(answer)

    around = as_answer(await fault.wrapped(as_answered)(request))
    return len(asked) != 1 or asked[0] is not request or around != answer


def _says_where(fault: Fault) -> bool:
    return fault.rebuild is not None and fault.where != EVERYWHERE


def comparable(answer: Answer) -> Answer:
    """An answer without the id of its call, which is another each time."""
    name = answer.header("Korrelasjonsid") or _member(answer)
    if not name:
        return answer
    body = answer.body.replace(name.encode(), b"korrelasjonsid")
    headers = tuple((key, value.replace(name, "korrelasjonsid")) for key, value in answer.headers)
    return replace(answer, body=body, headers=headers)


def _member(answer: Answer) -> str | None:
    try:
        body: Any = json.loads(answer.body) if answer.is_json else None
    except ValueError:
        return None
    found = body.get("korrelasjonsid") if isinstance(body, dict) else None
    return found if isinstance(found, str) else None
