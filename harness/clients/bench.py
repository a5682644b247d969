"""The tool of a client scenario: puts the sandbox into a situation, lets the client do one thing, and judges it."""

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
"""How many calls of one scenario are kept as samples, each with a different operation or status, in addition to those
that show what was wrong.
"""


class NotShownError(Exception):
    """A scenario ends without a judgement: `result` is not_testable (the client lacks the feature) or not_run."""

    def __init__(self, result: Result, reason: str) -> None:
        super().__init__(reason)
        self.result, self.reason = result, reason


@dataclass(frozen=True)
class Done:
    """The result of one task: what the client reported, and the calls that it made, in the order of arrival."""

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
        """What the client read from the answer; ends the scenario if the client does not report it."""
        if self.reply.understood is None:
            self.bench.not_shown("the client does not report what it understood (`understood`)")
        return self.reply.understood

    @property
    def decisive(self) -> ClientCall | None:
        """The call that decides how the task went: the last one to the operation, else to its API, else of all."""
        asked = self.calls_of(self.task.operation) or self.api_calls or self.calls
        return asked[-1] if asked else None

    def expect_outcome(self, *allowed: str, requirement: str | None = None) -> "Done":
        """Notes a deviation unless the client reports one of these outcomes.

        If the client did not reach the API, that says nothing about how it handles the API's answers, and the scenario
        ends.
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
        """Ends the scenario without a judgement unless the client reports one of these outcomes and has made a call."""
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
        """Notes a deviation unless `holds`; the first call of `at` shows the breach."""
        self.bench.notes.count_as_decided(requirement)
        if not holds:
            deviation = Deviation(requirement or self.bench.notes.primary, aspect, expected, actual)
            self.bench.note(deviation, at[0] if at else self.decisive)
        else:
            self.bench.notes.count_as_judged(requirement)
        return self


class ClientBench:
    """One client scenario's access to the client under test. Not thread-safe."""

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
        """The target's entry for an API; ends the scenario if the run does not judge clients of that API."""
        if name not in self.contracts or name not in self.session.target.apis:
            self.not_shown(f"this run is not about clients of {name}")
        return self.session.target.apis[name]

    def must_first(self, key: str, does: Callable[[], bool]) -> None:
        """Ends the scenario unless the client can do the plain task that the scenario varies; checked once per task and
        run.

        A client that cannot look up a claim at all does not break the promise to cope with new fields. A client that
        fails is asked again without the tokens of earlier scenarios, since it may have mixed those up.
        """
        if key not in self.session.plainly:
            is_done = does()
            if not is_done:
                self.forget_tokens()
                is_done = does()
            self.session.plainly[key] = is_done
        if not self.session.plainly[key]:
            self.not_shown("the client does not do this even without the variation")

    def ensure_called(self, done: "Done") -> None:
        """Ends a scenario about an API if the client's task made no call to it, perhaps for lack of a token."""
        if self.notes.api != ISSUER and not done.api_calls:
            said = f"{done.outcome}: {done.reply.message}" if done.reply.message else done.outcome
            self.not_shown(f"the client does not reach the API ({said})")

    def forget_tokens(self) -> None:
        """Reconnects the client, so that it starts without tokens; its addresses and key stay the same."""
        self.session.connect()

    def elsewhere(self, path: str) -> str:
        """An address of the sandbox under another host name, which the client was not given."""
        return self.session.other_base + path

    @contextlib.contextmanager
    def impostor(self, pretends: Pretence) -> Iterator[Impostor]:
        """While open, the client's addresses lead to a host whose certificate the client has no reason to trust."""
        with impostor_of(self.session, pretends) as impostor:
            try:
                with contextlib.suppress(NotConnectedError):  # it checks the host when it first connects
                    self.session.connect(impostor.card)
                    impostor.is_believed = True
                yield impostor
            finally:
                self.session.connect()

    @staticmethod
    def moment_in(seconds: float) -> str:
        """A time from now in HTTP's format, in whole seconds (RFC 9110, 5.6.7)."""
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
        """Puts the sandbox into a situation: see `Switches.turned`.

        An intervention may name an `operation` of the contract. If no call of the client met the situation, the
        scenario ends as not shown.
        """
        placed = [self._placed(each) for each in interventions]
        with self.session.switches.turned(faults=faults, interventions=placed, knobs=knobs, ahead=ahead):
            yield
            met = [each["met"] for each in self.session.switches.ask("GET", "/sandbox/interventions")]
        if interventions and not any(met):
            self.not_shown("the client made no call that the situation affects")

    def _placed(self, intervention: Intervention) -> Intervention:
        """An intervention with method and path instead of its operation."""
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
        """Whether the client says that it calls any operation of an API."""
        operations = {operation.id for operation in self.contracts[api].document.operations}
        return self.session.can is None or bool(operations & {*self.session.can})

    @property
    def first_api(self) -> str:
        """The API of the simplest look-up."""
        found = (name for name in sorted(self.session.target.apis) if name in self.contracts and self.can_call(name))
        return next(found, "") or self.cannot("the client calls none of the APIs")

    def asks(self, api: str, operation: str, **asked: Unpack[Asked]) -> Done:
        """Lets the client call one operation; ends the scenario if it cannot, or if there is no way in."""
        return self.performs(self.task(api, operation, **asked))

    def task(self, api: str, operation: str, **asked: Unpack[Asked]) -> Task:
        """The task of calling an operation; ends the scenario if the client cannot make that call."""
        self.api(api)
        if self.session.can is not None and operation not in self.session.can:
            self.cannot(f"the client says that it does not call {operation}")
        try:
            return make_task(self.session.target, api, operation, **asked)
        except NoWayInError as error:
            self.cannot(str(error))

    def performs(self, task: Task) -> Done:
        """Lets the client perform a task; the passive checks judge every call that it made."""
        task = task.model_copy(update={"scenario": self.notes.check})
        reply, calls = self.session.perform(task)
        self.judge_new()
        self._made += [(call, task.operation) for call in calls]
        self.notes.receive(calls, attested=reply.attested)
        if reply.outcome == "cannot":
            self.cannot(reply.message or f"the client cannot do this ({task.operation})")
        return Done(task, reply, calls, self)

    def leave_unshown(self) -> None:
        """Leaves requirements unjudged that the scenario cites but nothing showed; if that is all of them, ends the
        scenario as not shown.

        A client that makes no call neither breaks nor keeps a promise.
        """
        self.judge_new()
        if self.notes.leave_unshown():
            self.not_shown(NO_CALL)

    def end(self) -> None:
        """Judges the remaining calls and keeps those that best show what the scenario is about."""
        self.judge_new()
        for requirement, call in self.notes.showing:
            self.notes.keep(call, requirement)
        asked = [call for call, _ in self._made if call.is_token_request]
        for call in [*self.telling[:SAMPLES], *asked[:1]]:
            self.notes.keep(call)

    @property
    def telling(self) -> list[ClientCall]:
        """The tasks' most telling calls, each with a different operation or status. Calls to the service that the
        scenario is about come first, then those of the last task, then those to the operation asked for.
        """
        found: dict[tuple[str, int], ClientCall] = {}

        def order(made: tuple[ClientCall, str]) -> tuple[bool, int, bool]:
            call, operation = made
            is_own = call.service == self.notes.api or (self.notes.api == ISSUER and call.is_token_request)
            return not is_own, -call.task, self.notes.operation_of(call) != operation

        for call, _ in sorted(self._made, key=order):
            found.setdefault((self.notes.operation_of(call), call.status), call)
        return [*found.values()]

    def judge_new(self) -> None:
        """Lets every passive check judge the calls that have not been judged yet."""
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
        """Notes the result of an assertion over the client's calls."""
        self.note(deviation)

    def note(self, deviation: Deviation, call: ClientCall | None = None, check: str | None = None) -> None:
        """Notes a deviation of the client, and shows it to people following the run."""
        if call is not None:
            self.session.board.put_breach(call, check or self.notes.check, deviation)
        self.notes.note(deviation, call, check)

    def not_shown(self, reason: str) -> NoReturn:
        """Ends the scenario: its situation did not arise this time."""
        raise NotShownError("not_run", reason)

    def cannot(self, reason: str) -> NoReturn:
        """Ends the scenario: the client does not have the feature."""
        raise NotShownError("not_testable", reason)
