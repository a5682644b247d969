"""Sends the frozen requests of a corpus to a target and judges the answers.

The pinned document marks which parameter names the organisation, the access or the period (`x-provestand-role`): random
digits may be a real number, and a period in 1900 shows nothing.
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
from harness.suite.interpreter import switching_often
from harness.suite.markers import NothingToJudgeError, not_testable
from harness.targets.fair_use import IN_FLIGHT


@dataclass(frozen=True)
class Addressee:
    """The organisation that a generated request is about, and the claims that its token needs."""

    party: Party
    subject: Subject


@dataclass(frozen=True)
class Prepared:
    """A frozen case together with the target's own values for it."""

    frozen: FrozenCase
    addressee: Addressee
    members: dict[str, Any]


@dataclass(frozen=True)
class Sending:
    """A case that is in flight or answered. Cases are numbered in the order in which they were started."""

    number: int
    case: Prepared
    exchange: Future[Exchange]


MOST_IN_VAIN = 10
"""Consecutive unanswered calls after which no more are sent: each may take as long as the target's limits allow."""

LIVE_ERRORS = (NoAccessError, TargetUnavailableError)


class Outbox:
    """Frozen requests in flight: those of the operation being judged, and behind them those of the next one.

    Without the next ones nothing would be in flight while the last answers to the first are judged. Exchanges that no
    scenario takes are recorded at the end.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(2 * IN_FLIGHT)  # some wait for answers while others prepare calls
        self._corpora: dict[str, Corpus] = {}
        self._under_way: dict[tuple[str, str], tuple[Bench, deque[Sending]]] = {}
        self._given_up: list[tuple[Bench, deque[Sending]]] = []
        self._backlog = Backlog()
        self._numbers = itertools.count(1)
        self._stack = contextlib.ExitStack()

    def corpus(self, contract: Contract) -> Corpus:
        """The corpus of a contract, read once."""
        if contract.api not in self._corpora:
            self._corpora[contract.api] = corpus_of(contract)
        return self._corpora[contract.api]

    def begin(self, bench: Bench, operation: str) -> None:
        """Starts sending the frozen requests of an operation, unless that was started already.

        Cases for an access that the target does not offer are left out. Ends the scenario as `ensure_can_be_sent` does.
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
        """The requests of an operation, in the order of the corpus, each with its answer or its error.

        The caller judges them; after `MOST_IN_VAIN` calls in a row without an answer the rest is not sent.
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
        self._stack.enter_context(switching_often())
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()
        self._backlog.call_all()
        self._pool.shutdown(cancel_futures=True)
        for bench, sendings in [*self._under_way.values(), *self._given_up]:
            for sending in sendings:
                if not sending.exchange.cancelled() and sending.exchange.exception() is None:
                    bench.record_unjudged(sending.exchange.result())


def ensure_can_be_sent(bench: Bench, operation: str) -> None:
    """Ends the scenario if no generated request to an operation can be sent to the target."""
    if not bench.api.organisations or not bench.api.access:
        not_testable("the target names no organisation or no way in")
    bench.ensure_open(operation)


def replay(bench: Bench, outbox: Outbox, operation: str, following: str | None) -> int:
    """Sends the frozen requests of an operation, five in flight, notes every deviation, and returns how many were sent.

    Those of the following operation are started behind them. Requests that may contain a real identifier are left out.
    Answers are judged even if another case had none; in that case it then raises as `Bench.send` does.
    """
    outbox.begin(bench, operation)
    if following is not None:
        with contextlib.suppress(NothingToJudgeError):  # the next scenario reports this itself
            outbox.begin(bench, following)
    # Imported only now: loading takes as long as many answers.
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
    """Replaces valid generated values with the target's organisation and a sensible period; invalid ones stay.

    Returns None if the target does not offer the access.
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
    """A period that stays the same for a year at a time, so that two runs send the same requests."""
    year = datetime.datetime.now(datetime.UTC).year - 1
    return f"{year}-01-01", f"{year}-12-31"


def _send(bench: Bench, case: Prepared) -> Exchange:
    wire = case.frozen.wire(case.addressee.party, case.members.get("body"))
    return send_wire(bench, case.frozen.operation, wire, case.addressee.subject)


def send_wire(bench: Bench, operation: str, wire: Wire, subject: Subject) -> Exchange:
    """Sends a generated request with our own client; a case without an Authorization header goes without a token."""
    headers = dict(wire.headers)
    call_id = Roles.of(bench.contract.document.operation(operation)).call_id
    if call_id and _is_uuid(headers.get(call_id, "")):
        headers[call_id] = str(uuid.uuid4())  # a call id is used only once; a frozen one would be reused in every run
    headers["Authorization"] = f"Bearer {bench.token(subject)}" if "Authorization" in headers else ""
    return bench.ask(wire.method, wire.path, headers, wire.body)


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False
