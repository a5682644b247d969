"""One client under test beside one sandbox, for the length of a run."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeVar
from urllib.parse import urlsplit, urlunsplit

from harness.clients.driver import Driver, DriverError, NotConnectedError
from harness.clients.noticeboard import NoNoticeboard, Noticeboard
from harness.clients.protocol import Connect, Goodbye, Message, Reply, SystemName, Task
from harness.clients.record import RecordReader
from harness.clients.situation import Switches
from harness.contract.client_calls import ClientCall, Surroundings
from harness.contract.contract import Contract
from harness.display import quantity
from harness.targets.model import Target

T = TypeVar("T")


class Wait(Protocol):
    """Returns the result of a slow call."""

    def __call__(self, answer: Callable[[], T], /) -> T: ...


@dataclass
class Session:
    """What the client scenarios of a run share. `calls` are all that were recorded so far."""

    target: Target
    contracts: Mapping[str, Contract]
    around: Surroundings
    switches: Switches
    record: RecordReader
    driver: Driver
    card: Connect
    client: SystemName = field(default_factory=SystemName)
    can: tuple[str, ...] | None = None
    calls: list[ClientCall] = field(default_factory=list)
    epoch: int = 0
    """How many times the client was connected."""
    plainly: dict[str, bool] = field(default_factory=dict)
    """Which plain tasks the client was seen to manage, or not."""
    tasks: int = 0
    """How many tasks the client was given."""
    keep: Callable[[ClientCall], None] = field(default=lambda call: None)  # noqa: ARG005
    """Keeps a call for the reports."""
    wait: Wait = field(default=lambda answer: answer())
    """Waits for the driver's answer; raises DriverError if the run is ended meanwhile."""
    board: Noticeboard = field(default_factory=NoNoticeboard)
    """Where the run's progress is shown."""
    is_over: bool = False
    """Whether the driver died, fell silent or broke the protocol, or the run was ended early."""
    unasked: list[ClientCall] = field(default_factory=list)
    """Calls that arrived while the client had no task, and calls to an API other than its task's."""

    @property
    def other_base(self) -> str:
        """The sandbox under its other host name: the same listener, but a different host to a client."""
        parts = urlsplit(self.switches.base)
        other = "127.0.0.1" if parts.hostname == "localhost" else "localhost"
        return urlunsplit((parts.scheme, f"{other}:{parts.port}", "", "", ""))

    def connect(self, card: Connect | None = None) -> Reply:
        """Gives the client its addresses and key, at the start or again; raises DriverError."""
        self.unasked += self.take_new()
        self.epoch += 1
        reply = self._told(card or self.card)
        self.take_new()
        if reply.outcome != "done":
            said = f": {' '.join(reply.message.split())[:300]}" if reply.message else ""
            raise NotConnectedError(
                f"the client could not be connected ({reply.outcome}{said}). Answer `connect` with done."
            )
        self.client = reply.client or self.client
        self.can = reply.can if reply.can is not None else self.can
        return reply

    def perform(self, task: Task) -> tuple[Reply, tuple[ClientCall, ...]]:
        """The client's reply to a task, and the calls that arrived meanwhile; raises DriverError."""
        self.unasked += self.take_new()
        self.tasks += 1
        self.board.put_task(task)
        reply = self._told(task)
        self.board.put_task(None)
        new = self.take_new()
        self.unasked += [call for call in new if call.is_api_call and call.service != task.api]
        return reply, new

    def take_new(self) -> tuple[ClientCall, ...]:
        """The calls recorded since the last time."""
        new = tuple(replace(call, epoch=self.epoch, task=self.tasks) for call in self.record.new())
        self.calls += new
        for call in new:
            self.keep(call)
        return new

    def _told(self, message: Message) -> Reply:
        """The driver's answer; once the conversation has broken off, it is over."""
        try:
            return self.wait(lambda: self.driver.tell(message))
        except DriverError:
            self.is_over = True
            raise

    def goodbye(self) -> None:
        """Ends the conversation; a driver that no longer answers is not sent a goodbye."""
        with contextlib.suppress(DriverError):
            if not self.is_over:
                self._told(Goodbye())
        if self.is_over:
            self.driver.break_off()
        else:
            self.driver.close()

    def notes(self) -> Iterator[str]:
        """What a user should know about calls outside any scenario, one line each."""
        if self.unasked:
            count = len(self.unasked)
            asked = dict.fromkeys(f"{call.request.method} {call.request.parts.path}" for call in self.unasked)
            yield (
                f"{quantity(count, 'call')} arrived that no task asked for "
                f"({', '.join(asked)[:200]}). "
                "They were judged like all calls, but decided no scenario."
            )
        for client, count in self.record.others.items():
            yield (
                f"{quantity(count, 'call')} of another client ({client[:60]}) reached the sandbox "
                "meanwhile, and were left out."
            )


def surroundings_of(target: Target, contracts: Mapping[str, Contract]) -> Surroundings:
    """What the client checks need to know about a target."""
    issuer = target.maskinporten.issuer
    return Surroundings(
        issuer=issuer,
        token_endpoint=issuer.rstrip("/") + "/token",
        contracts=contracts,
        scopes={name: frozenset({api.scope}) for name, api in target.apis.items()},
    )
