"""Sends the frozen requests of a corpus to a target and has the answers judged.

Which parameter names the party, the way in or the period is marked in the pinned document (`x-provestand-role`):
random digits may be somebody's number, and a period of 1900 shows nothing.
"""

import contextlib
import datetime
import itertools
import uuid
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Self

from harness.auth.grant import Subject
from harness.auth.maskinporten import NoAccessError
from harness.contract.contract import Contract
from harness.exchange import Exchange
from harness.http.client import TargetUnavailableError
from harness.http.guard import HeldBackError
from harness.suite.backlog import Backlog
from harness.suite.bench import Bench
from harness.suite.corpus import Corpus, FrozenCase, Party, Roles, Wire, corpus_of, with_party
from harness.suite.markers import NothingToJudgeError, not_testable
from harness.targets.fair_use import IN_FLIGHT


@dataclass(frozen=True)
class Addressee:
    """Whom a generated request is about, and what its token must carry."""

    party: Party
    subject: Subject


@dataclass(frozen=True)
class Prepared:
    """A frozen case with what a target's own values replace in it."""

    frozen: FrozenCase
    addressee: Addressee
    members: dict[str, Any]


@dataclass(frozen=True)
class Sending:
    """A case that is on its way, or was answered. Cases are numbered in the order in which they were begun."""

    number: int
    case: Prepared
    exchange: Future[Exchange]


MOST_IN_VAIN = 10
"""Calls in a row without an answer, after which no more are sent: each may take as long as a target's limits allow."""

LIVE_ERRORS = (NoAccessError, TargetUnavailableError)


class Outbox:
    """Frozen requests on their way: those of the operation that is judged, and behind them those of the next one.

    Without the next ones nothing would be under way while the last answers to the first are judged. What was sent
    and is taken by nobody is recorded at the end.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(2 * IN_FLIGHT)  # some wait for answers while others make ready
        self._corpora: dict[str, Corpus] = {}
        self._under_way: dict[tuple[str, str], tuple[Bench, deque[Sending]]] = {}
        self._given_up: list[tuple[Bench, deque[Sending]]] = []
        self._backlog = Backlog()
        self._numbers = itertools.count(1)

    def corpus(self, contract: Contract) -> Corpus:
        """The corpus of a contract, read once."""
        if contract.api not in self._corpora:
            self._corpora[contract.api] = corpus_of(contract)
        return self._corpora[contract.api]

    def begin(self, bench: Bench, operation: str) -> None:
        """Begins to send the frozen requests of an operation, unless that was begun already.

        Cases for a way in that the target does not open are left out. Ends the scenario as `ensure_can_be_sent` does.
        """
        key = (bench.contract.api, operation)
        if key not in self._under_way:
            ensure_can_be_sent(bench, operation)
            cases = [case for case in self.corpus(bench.contract).cases if case.operation == operation]
            prepared = [case for case in (_prepared(bench, frozen) for frozen in cases) if case is not None]
            numbered = [(next(self._numbers), case) for case in prepared]
            sendings = deque(Sending(n, case, self._pool.submit(self._send, bench, case, n)) for n, case in numbered)
            self._under_way[key] = bench, sendings

    def take(self, bench: Bench, operation: str) -> Iterator[tuple[Prepared, Exchange | BaseException]]:
        """The requests of an operation, in the order of the corpus, each with its answer or what kept it from one.

        Whoever takes them has them judged; where nobody answers any more, the rest is not sent.
        """
        _, sendings = self._under_way.pop((bench.contract.api, operation))
        in_vain = 0
        while sendings and in_vain < MOST_IN_VAIN:
            sending = sendings.popleft()
            self._backlog.call(sending.number)
            error = sending.exchange.exception()
            in_vain = in_vain + 1 if isinstance(error, LIVE_ERRORS) else 0
            if error is None:
                self._backlog.take(len(sending.exchange.result().response.body))
            yield sending.case, error or sending.exchange.result()
        for sending in sendings:
            sending.exchange.cancel()
        self._given_up.append((bench, sendings))

    def _send(self, bench: Bench, case: Prepared, number: int) -> Exchange:
        self._backlog.ensure_room(number)
        exchange = _send(bench, case)
        self._backlog.add(len(exchange.response.body))
        return exchange

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._backlog.call_all()
        self._pool.shutdown(cancel_futures=True)
        for bench, sendings in [*self._under_way.values(), *self._given_up]:
            for sending in sendings:
                if not sending.exchange.cancelled() and sending.exchange.exception() is None:
                    bench.record_unjudged(sending.exchange.result())


def ensure_can_be_sent(bench: Bench, operation: str) -> None:
    """Ends the scenario where no generated request to an operation can be sent to the target."""
    if not bench.api.organisations or not bench.api.access:
        not_testable("the target names no organisation, or opens no way in")
    bench.ensure_open(operation)


def replay(bench: Bench, outbox: Outbox, operation: str, following: str | None) -> int:
    """Sends the frozen requests of an operation, five in flight, and notes every deviation; returns how many were sent.

    Those of the operation that follows are begun behind them. What may hold a real identifier is left out.
    What was answered is judged also where another case had no answer; then raises as `Bench.send` does.
    """
    outbox.begin(bench, operation)
    if following is not None:
        with contextlib.suppress(NothingToJudgeError):  # it says so itself when it is its turn
            outbox.begin(bench, following)
    # Loaded only now: that takes as long as many an answer.
    from harness.suite.generator import as_case  # noqa: PLC0415
    from harness.suite.opinion import judge_case  # noqa: PLC0415

    sent, unanswered = 0, None
    for case, found in outbox.take(bench, operation):
        if isinstance(found, Exchange):
            answer = bench.received(found, case.addressee.party.organisation)
            made = as_case(bench.contract, case.frozen, case.members)
            judge_case(bench, operation, made, answer, case.frozen.memory)
            sent += 1
        elif not isinstance(found, HeldBackError):
            unanswered = unanswered or found
    if unanswered is not None:
        raise unanswered
    return sent


def _prepared(bench: Bench, frozen: FrozenCase) -> Prepared | None:
    path, query = dict(frozen.members["path_parameters"]), dict(frozen.members["query"])
    roles = Roles.of(bench.contract.document.operation(frozen.operation))
    addressee = address(bench, roles, path, query, frozen.number)
    if addressee is None:
        return None
    members = {"path_parameters": path, "query": query}
    if "body" in frozen.members:
        members["body"] = with_party(frozen.members["body"], addressee.party.organisation)
    return Prepared(frozen, addressee, members)


def address(bench: Bench, roles: Roles, path: dict[str, Any], query: dict[str, Any], number: int) -> Addressee | None:
    """Puts a target's party and a sensible period where the generator put any; what is invalid on purpose stays.

    None where the target opens no such way in.
    """
    organisations = bench.api.organisations
    organisation = organisations[number % len(organisations)]
    access = str(path.get(roles.access or "", ""))
    if access in _promised_accesses(bench, roles) and access not in bench.api.access:
        return None
    party = Party(organisation, *last_calendar_year())
    party.place(roles, path, query)
    way = access if access in bench.api.access else next(iter(bench.api.access))
    return Addressee(party, bench.subject(way, organisation))


def _promised_accesses(bench: Bench, roles: Roles) -> frozenset[str]:
    parameters = (p for operation in bench.contract.document.operations for p in operation.parameters)
    found = next((p for p in parameters if p["name"] == roles.access), None)
    return frozenset((found or {}).get("schema", {}).get("enum", ()))


def last_calendar_year() -> tuple[str, str]:
    """A period that stays the same for a year at a time, so that two runs send the same."""
    year = datetime.datetime.now(datetime.UTC).year - 1
    return f"{year}-01-01", f"{year}-12-31"


def _send(bench: Bench, case: Prepared) -> Exchange:
    wire = case.frozen.wire(case.addressee.party, case.members.get("body"))
    return send_wire(bench, case.frozen.operation, wire, case.addressee.subject)


def send_wire(bench: Bench, operation: str, wire: Wire, subject: Subject) -> Exchange:
    """Sends a generated request by our own client; one that took the Authorization away goes without a token."""
    headers = dict(wire.headers)
    call_id = Roles.of(bench.contract.document.operation(operation)).call_id
    if call_id and _is_uuid(headers.get(call_id, "")):
        headers[call_id] = str(uuid.uuid4())  # a call's id is used once, a frozen one would come again and again
    headers["Authorization"] = f"Bearer {bench.token(subject)}" if "Authorization" in headers else ""
    return bench.ask(wire.method, wire.path, headers, wire.body)


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False
