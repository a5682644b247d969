"""What a client scenario works with: it puts the sandbox into a situation, lets the client do one thing, and judges."""

import contextlib
import datetime
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.utils import format_datetime
from typing import NoReturn, Unpack

from harness.clients.driver import NotConnectedError
from harness.clients.impostor import Impostor, Pretence, impostor_of
from harness.clients.notes import NO_CALL, ClientNotes
from harness.clients.protocol import Reply, Task, Understood
from harness.clients.session import Session
from harness.clients.situation import Intervention
from harness.clients.tasks import Asked, NoWayInError, make_task
from harness.contract.client_calls import ISSUER, ClientCall
from harness.contract.client_checks import judge_calls
from harness.contract.contract import Contract
from harness.contract.deviation import Deviation
from harness.redaction.redactor import Redactor
from harness.targets.model import Api
from harness.verdict.outcome import Outcome, Result

SAMPLES = 3
"""How many calls of one scenario are kept as samples, each of another operation or status, beside those that show
what was wrong."""


class NotShownError(Exception):
    """A scenario ends without a judgement: `result` is not_testable (the client has no such thing) or not_run."""

    def __init__(self, result: Result, reason: str) -> None:
        super().__init__(reason)
        self.result, self.reason = result, reason


@dataclass(frozen=True)
class Done:
    """What came of one task: what the client said of it, and the calls that it made, in the order of their arrival."""

    task: Task
    reply: Reply
    calls: tuple[ClientCall, ...]
    bench: "ClientBench"

    @property
    def outcome(self) -> str:
        return self.reply.outcome

    @property
    def api_calls(self) -> tuple[ClientCall, ...]:
        """The calls to the task's API."""
        return tuple(call for call in self.calls if call.service == self.task.api)

    @property
    def token_requests(self) -> tuple[ClientCall, ...]:
        return tuple(call for call in self.calls if call.is_token_request)

    def calls_of(self, operation: str) -> tuple[ClientCall, ...]:
        """The calls to one operation of the task's API."""
        contract = self.bench.contracts[self.task.api]
        found = ((call, contract.operation_of(call.request)) for call in self.api_calls)
        return tuple(call for call, asked in found if asked is not None and asked.id == operation)

    @property
    def understood(self) -> Understood:
        """What the client read out of the answer; ends the scenario where it does not tell."""
        if self.reply.understood is None:
            self.bench.not_shown("the client does not tell what it understood (`understood`)")
        return self.reply.understood

    @property
    def decisive(self) -> ClientCall | None:
        """The call that tells how the task went: the last of what was asked for, else of its API, else of all."""
        asked = self.calls_of(self.task.operation) or self.api_calls or self.calls
        return asked[-1] if asked else None

    def expect_outcome(self, *allowed: str, requirement: str | None = None) -> "Done":
        """Notes a deviation unless the client says one of these of its task.

        One that did not get as far as the API says nothing of what it makes of the API's answers: the scenario ends.
        """
        if self.outcome not in allowed:
            self.bench.ensure_called(self)
        self.bench.notes.count_as_decided(requirement)
        if self.outcome not in allowed:
            self.bench.note(
                Deviation(
                    requirement or self.bench.notes.primary,
                    f"the client says {self.outcome}",
                    " or ".join(allowed),
                    f"{self.outcome}: {self.reply.message}" if self.reply.message else self.outcome,
                ),
                self.decisive,
            )
        else:
            self.bench.notes.count_as_judged(requirement)
        return self

    def needs_outcome(self, *allowed: str) -> "Done":
        """Ends the scenario, without a judgement, unless the client says one of these, and has called for it."""
        if self.outcome not in allowed:
            said = f": {self.reply.message}" if self.reply.message else ""
            self.bench.not_shown(f"the client does not get that far ({self.outcome}{said})")
        if not self.calls:
            self.bench.not_shown(NO_CALL)
        return self

    def expect(
        self,
        holds: bool,  # noqa: FBT001 - what was found
        aspect: str,
        expected: str,
        actual: str,
        requirement: str | None = None,
        *,
        at: Sequence[ClientCall] = (),
    ) -> "Done":
        """Notes a deviation unless something holds of what the client did; the first call of `at` shows the breach."""
        self.bench.notes.count_as_decided(requirement)
        if not holds:
            deviation = Deviation(requirement or self.bench.notes.primary, aspect, expected, actual)
            self.bench.note(deviation, at[0] if at else self.decisive)
        else:
            self.bench.notes.count_as_judged(requirement)
        return self


class ClientBench:
    """One client scenario's access to the client under test. Not for several threads."""

    def __init__(self, session: Session, outcome: Outcome, check: str, redactor: Redactor) -> None:
        self.session = session
        self.notes = ClientNotes(outcome, session.contracts, check, redactor)
        session.take_new()
        self._judged_until = len(session.calls)
        self._made: list[tuple[ClientCall, str]] = []

    @property
    def contracts(self) -> Mapping[str, Contract]:
        return self.session.contracts

    def api(self, name: str) -> Api:
        """What the target says of an API; ends the scenario where the run does not judge clients of it."""
        if name not in self.contracts or name not in self.session.target.apis:
            self.not_shown(f"this run is not about clients of {name}")
        return self.session.target.apis[name]

    def must_first(self, key: str, does: Callable[[], bool]) -> None:
        """Ends the scenario unless the client does the plain thing that it varies; asked once of each kind per run.

        A client that cannot look up a claim at all does not break the promise to cope with new fields. One that fails
        is asked once more without the tokens of earlier scenarios: they may be what it mixes up.
        """
        if key not in self.session.plainly:
            is_done = does()
            if not is_done:
                self.forget_tokens()
                is_done = does()
            self.session.plainly[key] = is_done
        if not self.session.plainly[key]:
            self.not_shown("the client does not do this without the variation either")

    def ensure_called(self, done: "Done") -> None:
        """Ends a scenario about an API where the client's task made no call to it, for want of a token perhaps."""
        if self.notes.api != ISSUER and not done.api_calls:
            said = f"{done.outcome}: {done.reply.message}" if done.reply.message else done.outcome
            self.not_shown(f"the client does not get to the API ({said})")

    def forget_tokens(self) -> None:
        """Connects the client anew, so that it begins without tokens; its addresses and key stay."""
        self.session.connect()

    def elsewhere(self, path: str) -> str:
        """An address of the sandbox under another host name, which is not among those that the client was given."""
        return self.session.other_base + path

    @contextlib.contextmanager
    def impostor(self, pretends: Pretence) -> Iterator[Impostor]:
        """While it lasts, the client's addresses lead to a host whose certificate nobody that it trusts has signed."""
        with impostor_of(self.session, pretends) as impostor:
            try:
                with contextlib.suppress(NotConnectedError):  # it looks at whom it talks to at the first word
                    self.session.connect(impostor.card)
                    impostor.is_believed = True
                yield impostor
            finally:
                self.session.connect()

    @staticmethod
    def moment_in(seconds: float) -> str:
        """A moment from now, as HTTP writes it: in whole seconds (RFC 9110, 5.6.7)."""
        moment = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=seconds)
        return format_datetime(moment.replace(microsecond=0), usegmt=True)

    @staticmethod
    def as_json(value: object) -> str:
        """A value as the text of a JSON body."""
        return json.dumps(value, ensure_ascii=False)

    @contextlib.contextmanager
    def situation(
        self,
        *interventions: Intervention,
        faults: Sequence[str] = (),
        knobs: Mapping[str, str] | None = None,
        ahead: float | None = None,
    ) -> Iterator[None]:
        """The sandbox in a situation: see `Switches.turned`. An intervention may name an `operation` of the contract.

        A situation that no call of the client met shows nothing: the scenario ends as not shown.
        """
        placed = [self._placed(each) for each in interventions]
        with self.session.switches.turned(faults=faults, interventions=placed, knobs=knobs, ahead=ahead):
            yield
            met = [each["met"] for each in self.session.switches.ask("GET", "/sandbox/interventions")]
        if interventions and not any(met):
            self.not_shown("the client made no call that the situation is about")

    def _placed(self, intervention: Intervention) -> Intervention:
        """An intervention with method and path in place of its operation."""
        members = dict(intervention)
        name = members.pop("operation", "")
        if not name:
            return members
        if members.get("service") == ISSUER:
            return members | {"path": f"/*/{name}"}
        contract = self.contracts[members["service"]]
        operation = contract.document.operation(name)
        path = contract.base_path + re.sub(r"\{[^}]*\}", "*", operation.path)
        return members | {"method": operation.method, "path": path}

    def can_call(self, api: str) -> bool:
        """Whether the client calls any operation of an API, as far as it says."""
        operations = {operation.id for operation in self.contracts[api].document.operations}
        return self.session.can is None or bool(operations & {*self.session.can})

    @property
    def first_api(self) -> str:
        """The API that the plainest look-up goes to."""
        found = (name for name in sorted(self.session.target.apis) if name in self.contracts and self.can_call(name))
        return next(found, "") or self.cannot("the client calls none of the APIs")

    def asks(self, api: str, operation: str, **asked: Unpack[Asked]) -> Done:
        """Lets the client call one operation; ends the scenario where it cannot, or where there is no way in."""
        return self.performs(self.task(api, operation, **asked))

    def task(self, api: str, operation: str, **asked: Unpack[Asked]) -> Task:
        """One call of an operation, as it will be asked for; ends the scenario where the client cannot make it."""
        self.api(api)
        if self.session.can is not None and operation not in self.session.can:
            self.cannot(f"the client says that it does not call {operation}")
        try:
            return make_task(self.session.target, api, operation, **asked)
        except NoWayInError as error:
            self.cannot(str(error))

    def performs(self, task: Task) -> Done:
        """Lets the client perform a task and judges, in passing, every call that it made."""
        task = task.model_copy(update={"scenario": self.notes.check})
        reply, calls = self.session.perform(task)
        self.judge_new()
        self._made += [(call, task.operation) for call in calls]
        self.notes.receive(calls, attested=reply.attested)
        if reply.outcome == "cannot":
            self.cannot(reply.message or f"the client cannot do this ({task.operation})")
        return Done(task, reply, calls, self)

    def leave_unshown(self) -> None:
        """Leaves unjudged what the scenario cites and nothing showed; ends the scenario as not shown where that is all.

        A client that makes no call breaks nothing, and keeps nothing.
        """
        self.judge_new()
        if self.notes.leave_unshown():
            self.not_shown(NO_CALL)

    def end(self) -> None:
        """Judges what is left, and keeps the calls that show best what the scenario is about."""
        self.judge_new()
        for requirement, call in self.notes.showing:
            self.notes.keep(call, requirement)
        asked = [call for call, _ in self._made if call.is_token_request]
        for call in [*self.telling[:SAMPLES], *asked[:1]]:
            self.notes.keep(call)

    @property
    def telling(self) -> list[ClientCall]:
        """The calls that the tasks came to, each of another operation or status: those of the service that the scenario
        is about first, of those the ones of the last task, and of those what was asked for."""
        found: dict[tuple[str, int], ClientCall] = {}

        def order(made: tuple[ClientCall, str]) -> tuple[bool, int, bool]:
            call, operation = made
            is_own = call.service == self.notes.api or (self.notes.api == ISSUER and call.is_token_request)
            return not is_own, -call.task, self.notes.operation_of(call) != operation

        for call, _ in sorted(self._made, key=order):
            found.setdefault((self.notes.operation_of(call), call.status), call)
        return [*found.values()]

    def judge_new(self) -> None:
        """Lets every passive check judge the calls that were not judged yet."""
        self.session.take_new()
        calls = self.session.calls
        new, earlier = calls[self._judged_until :], calls[: self._judged_until]
        self._judged_until = len(calls)
        for judgement in judge_calls(new, earlier, self.session.around, self.contracts.values()):
            self.notes.count_as_judged(judgement.requirement)
            for breach in judgement.breaches:
                self.note(breach.as_deviation(judgement.requirement), breach.call, judgement.check)
        self.session.board.put_judged(new)

    def note_failed_assertion(self, deviation: Deviation) -> None:
        """Notes what an assertion over the client's calls says."""
        self.note(deviation)

    def note(self, deviation: Deviation, call: ClientCall | None = None, check: str | None = None) -> None:
        """Notes a deviation of the client, and shows it to whoever follows the run."""
        if call is not None:
            self.session.board.put_breach(call, check or self.notes.check, deviation)
        self.notes.note(deviation, call, check)

    def not_shown(self, reason: str) -> NoReturn:
        """Ends the scenario: what it is about was not provoked this time."""
        raise NotShownError("not_run", reason)

    def cannot(self, reason: str) -> NoReturn:
        """Ends the scenario: the client has no such thing."""
        raise NotShownError("not_testable", reason)
