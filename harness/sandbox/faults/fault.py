"""What a fault is: a named way in which a server breaks its contract, or varies where the contract leaves room.

A fault is a function with one of five decorators, in a module of `harness/sandbox/<api>/faults/`. Its name is the
function's name with hyphens, and its docstring is its one-sentence description:

* `in_answer`: (Answer, Call) -> Answer, for statuses, headers and bytes,
* `in_body`: (JSON body) -> JSON body, for the content of a JSON answer,
* `in_call`: (handler) -> handler, for what happens around a call: before it is answered, or while others are in flight,
* `in_service`: (service) -> service, for what the service knows or decides: the same service with one collaborator
  replaced,
* `in_knobs`: an empty function with its sentence, for an open question that is settled differently.

`breaks` names the requirement. A variation that a conformant server may show `breaks` `NOTHING`.

A module may define `TOUCHES`: the operations of those of its faults that name none. A fault that is on for the next few
calls counts calls to these operations only.
"""

import json
import sys
from collections.abc import Awaitable, Callable, Container, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from harness.sandbox.faults.answer import Answer, Call
from harness.sandbox.knobs import turned_meanwhile

NOTHING = ""

S = TypeVar("S")
Corrupt = Callable[[Answer, Call], Answer]
Handler = Callable[[Request], Awaitable[Response]]
Json = dict[str, Any]


@dataclass(frozen=True)
class Where:
    """The answers that a fault touches. Empty `operations` means all of them, including unnamed ones.

    If there are `texts`, the body must contain one of them.
    """

    operations: tuple[str, ...] = ()
    status: Container[int] = range(100, 600)
    texts: tuple[str, ...] = ()

    def holds(self, answer: Answer, call: Call) -> bool:
        is_there = answer.status in self.status and (not self.operations or call.operation in self.operations)
        return is_there and (not self.texts or any(text.encode() in answer.body for text in self.texts))


EVERYWHERE = Where()


@dataclass(frozen=True)
class Fault:
    """A fault or, if it `breaks` nothing, a benign variation."""

    name: str
    text: str
    breaks: str
    api: str
    theme: str
    where: Where
    rebuild: Callable[[Any], Any] | None = None
    wrap: Callable[[Handler], Handler] | None = None
    corrupt: Corrupt | None = None
    remembers: bool = False
    """Whether what it does to a call depends on earlier ones."""
    of_body: bool = False
    """Whether what it does depends on the answer's body alone."""
    operations: tuple[str, ...] = ()
    """The operations whose answers it can touch; empty for all."""
    shows_in: tuple[str, ...] = ()
    """If it `remembers`, the operations whose answers can show what it did to this or an earlier call; empty for all
    that it can touch.
    """
    seen_with: tuple[str, ...] = ()
    """The command-line arguments of a sandbox in which a run can see it."""
    turns: Mapping[str, str] = field(default_factory=dict)
    """The knobs that it turns, if that is all it does."""

    @property
    def is_benign(self) -> bool:
        return self.breaks == NOTHING

    @property
    def full_name(self) -> str:
        return f"{self.api}/{self.name}"

    def rebuilt(self, service: Any) -> Any:  # noqa: ANN401 - only an API's own faults know its service's type
        return service if self.rebuild is None else self.rebuild(service)

    def wrapped(self, handler: Handler) -> Handler:
        return handler if self.wrap is None else self.wrap(handler)

    def corrupted(self, answer: Answer, call: Call) -> Answer:
        if self.corrupt is None or not self.where.holds(answer, call):
            return answer
        return self.corrupt(answer, call)

    def said(self, operation: str, body: Json) -> Json:
        """The body of a good answer as the fault changes it, before it is written in either format."""
        answer = Answer(200, (("Content-Type", "application/json"),), json.dumps(body).encode())
        changed: Json = self.corrupted(answer, Call(operation, "GET", "", "", {})).json()
        return changed


def in_answer(
    *, breaks: str, operation: str | tuple[str, ...] = (), status: int | Container[int] = range(100, 600)
) -> Callable[[Corrupt], Fault]:
    """Makes a fault from a function that changes an answer as bytes."""

    def decorate(function: Corrupt) -> Fault:
        return _fault(function, breaks, _where(operation, status), corrupt=function)

    return decorate


def in_body(
    *, breaks: str, operation: str | tuple[str, ...] = (), status: int | Container[int] = 200
) -> Callable[[Callable[[Json], Mapping[str, Any]]], Fault]:
    """Makes a fault from a function that changes the body of a JSON answer; it may change it in place."""

    def decorate(function: Callable[[Json], Mapping[str, Any]]) -> Fault:
        def corrupt(answer: Answer, call: Call) -> Answer:  # noqa: ARG001 - one signature for all
            return answer.with_json(function(answer.json())) if answer.is_json else answer

        return replace(_fault(function, breaks, _where(operation, status), corrupt=corrupt), of_body=True)

    return decorate


def in_call(*, breaks: str, remembers: bool = False) -> Callable[[Callable[[Handler], Handler]], Fault]:
    """Makes a fault from a function that wraps a handler; what it remembers is lost when faults are switched."""

    def decorate(function: Callable[[Handler], Handler]) -> Fault:
        return replace(_fault(function, breaks, Where(), wrap=function), remembers=remembers)

    return decorate


def in_service(
    *,
    breaks: str,
    remembers: bool = False,
    seen_with: tuple[str, ...] = (),
    operation: str | tuple[str, ...] = (),
    status: int | Container[int] = range(100, 600),
    told: tuple[str, ...] = (),
) -> Callable[[Callable[[S], S]], Fault]:
    """Makes a fault from a function that returns a service with another collaborator; it must not change its argument.

    On an API that keeps state, a call cannot be tried twice to see whether the fault would do something. There,
    `operation`, `status` and `told` (texts, one of which is in the body) describe the healthy answers at which it takes
    effect.
    """

    def decorate(function: Callable[[S], S]) -> Fault:
        fault = _fault(function, breaks, replace(_where(operation, status), texts=told), rebuild=function)
        return replace(fault, remembers=remembers, seen_with=seen_with)

    return decorate


def in_knobs(
    *settings: str, breaks: str, remembers: bool = False, shows_in: tuple[str, ...] = ()
) -> Callable[[Callable[[], None]], Fault]:
    """Makes a fault that turns knobs, each written NAME=VALUE.

    It `remembers` if later calls see what it did; `shows_in` names the operations that can show it.
    """
    turns = dict(setting.split("=", 1) for setting in settings)

    def turned(healthy: Handler) -> Handler:
        async def answer(request: Request) -> Response:
            with turned_meanwhile(turns):
                return await healthy(request)

        return answer

    def decorate(function: Callable[[], None]) -> Fault:
        fault = _fault(function, breaks, Where(), wrap=turned)
        return replace(fault, remembers=remembers, shows_in=shows_in, turns=turns)

    return decorate


def _where(operation: str | tuple[str, ...], status: int | Container[int]) -> Where:
    operations = (operation,) if isinstance(operation, str) else operation
    return Where(operations, (status,) if isinstance(status, int) else status)


def _fault(
    function: Callable[..., Any],
    breaks: str,
    where: Where,
    *,
    rebuild: Callable[[Any], Any] | None = None,
    wrap: Callable[[Handler], Handler] | None = None,
    corrupt: Corrupt | None = None,
) -> Fault:
    """A fault's module is harness.sandbox.<api>.faults.<theme>."""
    *_, api, _, theme = function.__module__.split(".")
    text = " ".join((function.__doc__ or "").split())
    name = function.__name__.replace("_", "-")
    operations = where.operations or getattr(sys.modules[function.__module__], "TOUCHES", ())
    return Fault(name, text, breaks, api, theme, where, rebuild, wrap, corrupt, operations=operations)
