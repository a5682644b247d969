"""The calls for which a switch is on: all, the next few that it touches, or those of one client.

Every switch of the sandbox has such a reach. A switch counts only the calls it touches: a knob those that read its
value, a party's data those that look at the party, a fault those whose answer it changes.
"""

import itertools
import random
from collections.abc import Callable, Hashable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Receive, Scope, Send

from harness.sandbox.incoming import client_behind, raw_path

MOST_TIMES = 1_000_000


class UnknownReachError(Exception):
    """Not a valid choice of calls; the text says what is."""


@dataclass(frozen=True)
class Calls:
    """A share of the calls numbered from `first` to `last`. It is drawn by seed: two sandboxes draw the same.

    Only calls of `client` are counted; empty for all clients.
    """

    first: int = 1
    last: int | None = None
    share: float = 1.0
    client: str = ""

    @property
    def are_all(self) -> bool:
        return self == ALL

    def is_over(self, met: int) -> bool:
        return self.last is not None and met >= self.last

    def left(self, met: int) -> int | None:
        """How many calls are left; None if there is no limit."""
        return None if self.last is None else max(0, self.last - met)

    def holds(self, number: int, draw: str) -> bool:
        if number < self.first or (self.last is not None and number > self.last):
            return False
        return self.share >= 1 or random.Random(f"{draw}/{number}").random() < self.share  # noqa: S311 - not for secrets


ALL = Calls()
THE_NEXT = Calls(last=1)


def calls_asked_for(asked: Mapping[str, object]) -> Calls:
    """The calls chosen by `times` (null: every call) and `client` in a JSON object; raises UnknownReachError."""
    times, client = asked.get("times"), asked.get("client")
    if times is not None and not (isinstance(times, int) and not isinstance(times, bool) and 0 < times <= MOST_TIMES):
        raise UnknownReachError(f"`times` must be a whole number from 1 to {MOST_TIMES}, or null")
    if client is not None and not isinstance(client, str):
        raise UnknownReachError("`client` must be a client_id, or null")
    return Calls(last=times, client=client or "")


@dataclass(eq=False)
class Passing:
    """A value that replaces another one for some calls. `what` names the thing by its kind and keys."""

    number: int
    what: tuple[str, ...]
    value: Hashable
    calls: Calls
    met: int = 0

    @property
    def is_over(self) -> bool:
        return self.calls.is_over(self.met)

    def as_json(self) -> dict[str, object]:
        kind, *names = self.what
        left = self.calls.left(self.met)
        told = {"id": self.number, "kind": kind, "names": names, "value": self.value}
        return {**told, "client": self.calls.client, "met": self.met, "left": left}


@dataclass
class CallAtHand:
    """The client call that is being handled. Once it has seen a passing value, it sees it until it ends."""

    client: str
    shown: dict[Passing, bool] = field(default_factory=dict)

    def is_shown(self, passing: Passing) -> bool:
        """Whether the call sees a passing value; the first look counts the call."""
        if passing not in self.shown:
            is_meant = not passing.is_over and passing.calls.client in {"", self.client}
            passing.met += is_meant
            self.shown[passing] = is_meant and passing.calls.holds(passing.met, "")
        return self.shown[passing]


_AT_HAND: ContextVar[CallAtHand | None] = ContextVar("call at hand", default=None)


class InPassing:
    """Everything that is different for some calls only; nothing but client calls sees the difference."""

    def __init__(self) -> None:
        self.all: list[Passing] = []
        self._numbers = itertools.count(1)

    def add(self, what: tuple[str, ...], value: Hashable, calls: Calls) -> Passing:
        """Replaces an earlier value of the same thing for the same client. A value for one client takes precedence."""
        added = Passing(next(self._numbers), what, value, calls)
        others = [each for each in self.all if (each.what, each.calls.client) != (what, calls.client)]
        self.all = sorted([*others, added], key=lambda each: not each.calls.client)
        return added

    def end(self, number: int) -> bool:
        """Removes one; False if there is none."""
        left = [each for each in self.all if each.number != number]
        is_there = len(left) < len(self.all)
        self.all = left
        return is_there

    def forget(self) -> None:
        """Removes all of them."""
        self.all = []

    def value_of(self, what: tuple[str, ...]) -> Hashable | None:
        """The value of a thing in the current call, or None if it is unchanged. Asking counts the call."""
        call = _AT_HAND.get()
        if call is None or not self.all:
            return None
        found = (each for each in self.all if each.what == what)
        return next((each.value for each in found if call.is_shown(each)), None)


class AtHand:
    """Wraps everything that a client may call, and notes whose call is being handled.

    `service_of` names the service behind a path; empty for the sandbox's own addresses.
    """

    def __init__(self, app: ASGIApp, passing: InPassing, service_of: Callable[[str], str]) -> None:
        self._app = app
        self._passing = passing
        self._service_of = service_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._passing.all and self._service_of(raw_path(scope)):
            client, receive = await client_behind(scope, receive)
            _AT_HAND.set(CallAtHand(client))
        await self._app(scope, receive, send)
