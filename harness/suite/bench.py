"""What a scenario works with: it sends calls, which are judged as they come, and says what it expected."""

import re
import threading
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

import allure
from allure_commons import plugin_manager

from harness.auth.grant import Subject, subject_for
from harness.auth.maskinporten import MaskinportenClient, TokenRefusedError
from harness.auth.trouble import InterruptedCallError, trouble_of
from harness.contract.attribution import SERVICE, Asked, Attribution, attribute
from harness.contract.checks import Breach, Call, judge
from harness.contract.contract import Contract
from harness.contract.deviation import Deviation, DeviationFoundError
from harness.contract.error_body import condition_codes, error_field
from harness.contract.places import known_body
from harness.exchange import Exchange, Request, Response
from harness.http.client import TargetUnavailableError
from harness.http.recording import Redacting
from harness.redaction.redacted import NOTHING, Redacted, RedactedExchange, ours
from harness.reporting.curl import TOKEN, as_curl
from harness.suite.corpus import Roles
from harness.suite.markers import not_offered, not_run, not_testable
from harness.suite.stand import Stand, token_of
from harness.targets.model import Api
from harness.verdict.outcome import Finding, Observed, Outcome, Sample

SAMPLES = 3
"""How many calls of one scenario are kept as samples, each of another operation, status or kode."""

ENDLESS = re.compile(r"[0-9]{40,}")
SERVER_ERROR = "schemathesis:not_a_server_error"
"""The check by which an API's requirements say that no request leads to a server error."""

REFUSALS = tuple(range(400, 500))

MOST_RECALLED = 1_000_000
"""Bytes of an answer that is kept; some dozens are, and the largest published one has forty thousand."""

LONGEST_COMMAND = 50_000
"""Characters of a curl command; no generated request needs a fifth of them."""

SILENCE = "nothing was answered any more from this call on:"

EVIDENCE = 25
"""How many exchanges of one scenario are attached to its report; all of them stand in exchanges.har."""


@dataclass(frozen=True)
class Answer:
    """An exchange in a scenario's hands."""

    exchange: Exchange
    bench: "Bench"
    organisation: str = ""
    attribution: Attribution = SERVICE
    """Who gave it."""
    broken: frozenset[str] = frozenset()
    """The checks that found a breach in it."""
    memory: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """What was already worked out of the exchange, shared by all who recall it."""
    told: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """The body as this scenario was told it."""

    @property
    def status(self) -> int:
        return self.exchange.response.status

    @property
    def kode(self) -> str | None:
        """The kode of the error body, in JSON or XML."""
        return error_field(self.exchange.response, "kode")

    @property
    def conditions(self) -> frozenset[str]:
        """The codes of the conditions that the answer lists."""
        return frozenset(condition_codes(self.exchange.response))

    def json(self) -> Any:  # noqa: ANN401 - any JSON value
        """The body as JSON; a body that is none is a deviation of the requirement that the scenario exists for."""
        self.ensure_of_service()
        try:
            return self._told_once(self.exchange.response.json)
        except ValueError as error:
            shown = self.exchange.response.media_type or "no Content-Type"
            raise DeviationFoundError(
                Deviation(self.bench.primary, "body is no JSON", "a JSON body", f"{shown}: {error}")
            ) from error

    def content(self) -> Any:  # noqa: ANN401 - any JSON value
        """The body as `json` has it, read by the specification where it is XML."""
        return self.json() if self.exchange.response.is_json else self._told_once(self.known)

    def _told_once(self, read: Callable[[], Any]) -> Any:  # noqa: ANN401 - any JSON value
        if "body" not in self.told:
            self.told["body"] = _told(read(), self.bench.primary)
        return self.told["body"]

    def known(self) -> Any:  # noqa: ANN401 - any JSON value
        """The body, JSON or XML, reduced to what the specification knows; None where it cannot be read."""
        if "known" not in self.memory:
            operation = self.bench.contract.operation_of(self.exchange.request)
            self.memory["known"] = operation and known_body(
                self.bench.contract.document, operation, self.exchange.response
            )
        return self.memory["known"]

    def judge(self, verdicts: Iterable[Breach | None], requirement: str | None = None) -> int:
        """Notes the breaches that a relation found in this answer, the first of each kind.

        A relation yields one element for each place that it looked at, None where it holds. Returns how many there
        were: a relation over nothing is no pass.
        """
        places = list(verdicts)
        for deviation in self._deviations(places, requirement):
            if self.attribution.is_of_service:
                self.bench.contradict(deviation, self)
            else:
                self.bench.leave_unjudged(deviation.requirement)
        return len(places)

    def judge_by_itself(self, verdicts: Iterable[Breach | None], requirement: str) -> None:
        """As `judge`, for a relation that this answer alone keeps or breaks: no second look is needed to accuse.

        The scenario need not cite the requirement.
        """
        places = list(verdicts)
        for deviation in self._deviations(places, requirement):
            self.note(deviation)
        if places and self.attribution.is_of_service:
            self.bench.count_as_judged(requirement)

    def _deviations(self, places: Iterable[Breach | None], requirement: str | None) -> list[Deviation]:
        kinds: dict[str, Breach] = {}
        for breach in places:
            if breach is not None:
                kinds.setdefault(breach.aspect, breach)
        promised = requirement or self.bench.primary
        return [Deviation(promised, each.aspect, each.expected, each.actual) for each in kinds.values()]

    def expect_status(self, *allowed: int) -> "Answer":
        """Ends the scenario with a deviation unless the status is one of those allowed.

        What something before the service answered is no word of the service: it ends the scenario without one.
        """
        if self.status not in allowed:
            self.ensure_of_service()
            self.expect_no_server_error()
            expected = " or ".join(map(str, allowed))
            raise DeviationFoundError(
                Deviation(self.bench.primary, f"status {self.status}", f"status {expected}", self._shown())
            )
        return self

    def expect_refusal(self, *allowed: int, kode: str | None = None) -> "Answer":
        """A refusal has one of these statuses and, where the service itself answers, this kode.

        A wrong status breaks the scenario's own requirement; a wrong kode the requirement that promises the kode.
        Something before the service may refuse in any way, and has no kode to judge.
        """
        if self.attribution.by == "before":
            if self.status in range(200, 300):
                self.ensure_of_service()
            self.bench.leave_unjudged(kode and self.bench.contract.requirement_of_kode(kode))
        elif self.status not in allowed:
            self.expect_no_server_error()
            expected = " or ".join(map(str, allowed)) if allowed != REFUSALS else "4xx"
            self.note(Deviation(self.bench.primary, f"status {self.status}", f"refused with {expected}", self._shown()))
        elif kode is not None and self.kode is not None:
            self._expect_kode(kode)
        elif kode is not None and not self.attribution.has_own_form:
            self.bench.leave_unjudged(self.bench.contract.requirement_of_kode(kode))
        return self

    def expect_closed(self, kode: str | None = None) -> "Answer":
        """Nothing is shown and nothing done: any refusal will do, whatever its status."""
        return self.expect_refusal(*REFUSALS, kode=kode)

    def expect_no_server_error(self) -> "Answer":
        """Whatever was asked, the service has an answer of its own: a server error is a deviation by itself.

        It breaks the requirement that the API's generated requests are held to as well.
        """
        promised = self.bench.contract.by_check.get(SERVER_ERROR)
        if promised is not None and self.status >= 500:
            self.note(Deviation(promised, "server error", "no server error", self._shown()))
        elif promised is not None and self.attribution.is_of_service:
            self.bench.count_as_judged(promised)
        return self

    def ensure_of_service(self) -> "Answer":
        """Ends the scenario where something before the service answered."""
        if self.attribution.by == "before":
            not_run(before_the_service(self.attribution))
        return self

    def _expect_kode(self, kode: str) -> None:
        contract = self.bench.contract
        accepted = contract.accepted_for(kode)
        if self.kode in accepted:
            self.bench.count_as_judged(contract.requirement_of_kode(kode))
        else:
            promised = contract.requirement_of_kode(kode) or self.bench.primary
            self.note(
                Deviation(promised, f"{self.kode} in place of {kode}", " or ".join(sorted(accepted)), self._shown())
            )

    def note(self, deviation: Deviation) -> None:
        """Notes a deviation that this answer shows; the scenario goes on.

        What the service did not answer accuses nobody: the requirement is not judged by it.
        """
        if self.attribution.is_of_service:
            self.bench.note(deviation, self)
        else:
            self.bench.leave_unjudged(deviation.requirement)

    def _shown(self) -> str:
        return f"status {self.status}" + (f" with {self.kode}" if self.kode else "")


@dataclass(frozen=True)
class Contradiction:
    """What a scenario states and answers do not keep; whether it accuses is settled when the scenario has ended."""

    deviation: Deviation
    answer: Answer | None = None
    check: str | None = None

    @property
    def requirement(self) -> str:
        return self.deviation.requirement


def before_the_service(attribution: Attribution) -> str:
    """Why nothing was judged, with the evidence."""
    return f"answered before the service: {attribution}"


class Told(dict[str, Any]):
    """An object of an answer: to ask for a field that is not there is a deviation, not a fault of the scenario."""

    def __init__(self, members: Mapping[str, Any], requirement: str) -> None:
        super().__init__(members)
        self._requirement = requirement

    def __missing__(self, name: str) -> NoReturn:
        deviation = Deviation(self._requirement, f"{name} missing", f"the field {name}", "an answer without it")
        raise DeviationFoundError(deviation)


def _told(value: Any, requirement: str) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        return Told({name: _told(child, requirement) for name, child in value.items()}, requirement)
    return [_told(child, requirement) for child in value] if isinstance(value, list) else value


class Bench:
    """One scenario's access to an API. Calls may be made from several threads.

    `shown` gives the call that a finding tells how to send again, as it may be shown.
    """

    def __init__(
        self, stand: Stand, outcome: Outcome, check: str, shown: Callable[[Exchange], RedactedExchange] | None = None
    ) -> None:
        self._stand = stand
        self._shown = shown or stand.redactor.exchange
        self._outcome = outcome
        self._check = check
        self._lock = threading.Lock()
        self._evidence: list[tuple[Redacting, Exchange]] = []
        self._kodes: Counter[Redacted] = Counter(outcome.kodes)
        self._judged: Counter[str] = Counter(outcome.judged)
        self._contradictions: list[Contradiction] = []
        self._asked_anew: set[Hashable] | None = None
        self.today = stand.today()
        """The day in Norway, the same for all that the scenario asks."""
        self._only_the_service = stand.contract.only_the_service_knows(outcome.requirements)
        self._before: Attribution | None = None
        self.needs_second_look = False
        """Whether an answer may have been somebody else's, though only the service can know what was asked for."""

    @property
    def api(self) -> Api:
        return self._stand.api

    @property
    def contract(self) -> Contract:
        return self._stand.contract

    @property
    def maskinporten(self) -> MaskinportenClient:
        return self._stand.maskinporten

    @property
    def primary(self) -> str:
        """The requirement that the scenario exists for."""
        return self._outcome.requirements[0] if self._outcome.requirements else ""

    def ensure_open(self, operation_id: str) -> None:
        """Ends the scenario where an operation is at no published address and the target does not open it."""
        certainty = self.contract.document.operation(operation_id).certainty
        if certainty == "archived":
            not_offered(f"{operation_id} is known from an archive of an interface that no client can call")
        if certainty == "reconstructed" and not self.api.reconstructed:
            not_offered(f"{operation_id} is reconstructed, and the target does not open such operations")

    def subject(self, access: str, organisation: str) -> Subject:
        """What a token must carry to look up an organisation by this access; ends the scenario where it cannot."""
        way = self.api.access.get(access)
        if way is None:
            not_testable(f"the target has no access {access}")
        subject = subject_for(self.api.scope, way, organisation)
        if subject is None:
            needed = way.kind.replace("_", " ")
            not_testable(f"the target has no {needed} of {organisation} for {access}")
        return subject

    @property
    def consumer(self) -> str | None:
        """The organisation that the target's client belongs to."""
        return self._stand.target.maskinporten.consumer

    def ensure_capable(self, capability: str) -> None:
        """Ends the scenario where the target does not name the capability among its own."""
        if capability not in self._stand.target.capabilities:
            not_testable(f"the target has no capability {capability}")

    def ensure_in_flight(self, calls: int) -> None:
        """Ends the scenario where so many calls may not be in flight from here."""
        if self._stand.gate.slots < calls:
            not_testable(f"of {calls} calls in flight only {self._stand.gate.slots} are this run's share")

    def client(self, name: str) -> MaskinportenClient:
        """A further client of the target's issuer, one without the scope, say; ends the scenario without one."""
        client = self._stand.client_of(name)
        return client or not_testable(f"the target has no further client {name}")

    def token(self, subject: Subject) -> str:
        return self.maskinporten.token(subject)

    def token_or_refusal(self, subject: Subject) -> tuple[str | None, str]:
        """A token, or none and the code of the refusal, for subjects that the issuer need not take."""
        try:
            return self.maskinporten.token(subject), ""
        except TokenRefusedError as error:
            return None, error.code

    def fetch_text(self, url: str, query: Mapping[str, str]) -> str:
        """A text from a service beside the API, such as a generator of test tokens; raises NoAccessError."""
        return self.maskinporten.fetch_text(url, query)

    @property
    def mints(self) -> bool:
        """Whether the target's issuer signs any claims."""
        return self._stand.target.maskinporten.mint is not None

    def minted(self, token: str, **claims: object) -> str:
        """A genuine token with some claims replaced, signed by the issuer itself; ends the scenario where it cannot.

        Only a sandbox does that. Elsewhere nobody but the issuer can sign, so that a wrong claim cannot be told from a
        wrong signature.
        """
        mint = self._stand.target.maskinporten.mint
        if mint is None:
            not_testable("the target's issuer signs no token with a claim of one's choice")
        return self.maskinporten.mint(mint, token, claims)

    def control(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - any JSON value
        """Sets or asks in a sandbox what no client can; ends the scenario where the target has no such switch.

        Returns the JSON answer, None without one. A switch that refuses is the sandbox's fault, not a deviation.
        """
        if self.api.control is None:
            not_testable("the target has no switch for what no client can set")
        response = self._stand.issuer_http.request(method, self.api.control.rstrip("/") + path, json=body)
        response.raise_for_status()
        return response.json() if response.content else None

    def send(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None, organisation: str = ""
    ) -> Answer:
        """Sends a call, records it and lets every check judge it."""
        return self.received(self.ask(method, path, headers, body), organisation)

    def ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None) -> Exchange:
        """Sends a call and leaves it to `received`: for many that are on their way concurrently."""
        return self._stand.client.send(method, path, headers, body)

    def send_once(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None, organisation: str = ""
    ) -> Answer:
        """As `send`, but the first answer counts, a busy gateway's too: for how concurrent calls are answered.

        A scenario that accuses by it repeats what it asked, for one flaky answer is no deviation.
        """
        return self.received(self._stand.client.send_once(method, path, headers, body), organisation)

    def wait(self, seconds: float) -> None:
        """Waits, but not beyond the end of the run; raises TargetUnavailableError then."""
        try:
            self._stand.pause(seconds)
        except InterruptedCallError as error:
            raise TargetUnavailableError(f"{error}.", trouble_of(error), 0) from error

    def record_unjudged(self, exchange: Exchange) -> None:
        """Records an exchange that nobody judges, for the scenario that it was sent for did not run."""
        self._stand.recorder.record(self._stand.redactor.lazily(exchange), "sent ahead")

    def received(self, exchange: Exchange, organisation: str) -> Answer:
        """Records an exchange and lets every check judge it."""
        with self._lock:
            redacted = self._stand.redactor.lazily(exchange)
            self._stand.recorder.record(redacted, self._outcome.scenario)
            self._stand.witness(self._outcome.scenario, exchange)
            if len(self._evidence) < EVIDENCE:
                self._evidence.append((redacted, exchange))
            self._outcome.requests += exchange.attempts
            self._outcome.retries += exchange.attempts - 1
            if organisation in self.api.organisations:
                self._outcome.calls[organisation] = self._outcome.calls.get(organisation, 0) + 1
            answer = Answer(exchange, self, organisation, self._attributed(exchange))
            self._note_author(answer)
            self.needs_second_look |= answer.attribution.is_presumed
            self._sample(answer)
            self._outcome.max_in_flight = max(self._outcome.max_in_flight, self._stand.gate.max_in_flight)
            broken = self._judge(answer)
        return replace(answer, broken=broken)

    @property
    def answered_before(self) -> str | None:
        """Why a bare assertion accuses nobody: something before the service gave an answer of this scenario."""
        return None if self._before is None else before_the_service(self._before)

    def leave_unjudged(self, requirement: str | None) -> None:
        """Notes that the scenario could not judge a requirement, for something before the service answered."""
        if requirement:
            reason = self.answered_before or "the answer does not tell whether the service worded it"
            self._outcome.unjudged.setdefault(requirement, self._redacted(reason))

    def _attributed(self, exchange: Exchange) -> Attribution:
        token = token_of(exchange)
        is_given, is_home = not token or self._stand.is_given(token), self._stand.is_home(exchange.request)
        asked = Asked(self._only_the_service, is_given, is_home)
        found = attribute(exchange, self.contract, self._stand.ways, asked)
        if found.is_by_default and self._stand.learn_who_keeps_the_entrance():
            return attribute(exchange, self.contract, self._stand.ways, asked)
        return found

    def _note_author(self, answer: Answer) -> None:
        """How a gateway answers is an observation, and what its answers cannot show is not judged."""
        if answer.attribution.by != "before":
            return
        self._before = answer.attribution
        by_check = set(self.contract.by_check.values())
        for requirement in self._outcome.requirements:
            if requirement in by_check:
                self.leave_unjudged(requirement)
        observed = next((key for key, entry in self.contract.active.items() if entry.attribution), None)
        if observed is not None:
            question = self.contract.requirements[observed].question or ""
            said = self._redacted(f"{answer.status}: {answer.attribution}")
            entry = Observed(observed, question, said)
            if entry not in self._outcome.observations:
                self._outcome.observations.append(entry)

    @property
    def is_recorded(self) -> bool:
        """Whether a recording is judged in place of a target."""
        return bool(self._stand.traffic)

    def traffic(self) -> list[Answer]:
        """The recorded answers of the API, in order of time, each judged when it is first asked for."""
        return [self._recorded(number, exchange) for number, exchange in enumerate(self._stand.traffic)]

    def _recorded(self, number: int, exchange: Exchange) -> Answer:
        kept = self._stand.kept.get(number)
        if kept is not None:
            return Answer(kept[0], self, *kept[1:])
        operation = self.contract.operation_of(exchange.request)
        values = (operation and operation.path_parameters(exchange.request.parts.path)) or {}
        organisation = values.get((operation and Roles.of(operation).organisation) or "", "")
        answer = self.received(exchange, organisation)
        self._stand.kept[number] = exchange, organisation, answer.attribution, answer.broken, answer.memory
        return answer

    def recall(self, key: Hashable, send: Callable[[], Answer]) -> Answer:
        """The answer that this worker already has to a plain call, else that of `send`.

        Only a 200, 403 or 404 of the service, of usual size, is kept. Twenty relations over the same answer cost one
        call, judged when it came.
        """
        stale = self._asked_anew is not None and key not in self._asked_anew
        kept = None if stale else self._stand.kept.get(key)
        if kept is not None:
            known = Answer(kept[0], self, *kept[1:])
            with self._lock:
                self._note_author(known)
                self._stand.witness(self._outcome.scenario, kept[0])
                self._sample(known)
            return known
        answer = send()
        self._stand.kept.pop(key, None)
        if self._asked_anew is not None:
            self._asked_anew.add(key)
        is_kept = answer.status in {200, 403, 404} and answer.attribution.is_of_service
        if is_kept and len(answer.exchange.response.body) <= MOST_RECALLED:
            self._stand.kept[key] = (
                answer.exchange,
                answer.organisation,
                answer.attribution,
                answer.broken,
                answer.memory,
            )
        return answer

    def _sample(self, answer: Answer) -> None:
        """Keeps the first call of each operation, status and kode, by which Skatteetaten can find it again."""
        operation = self.contract.operation_of(answer.exchange.request)
        kode = self._redacted(answer.kode or "")
        key = (operation.id if operation else "", answer.status, kode)
        kept = self._outcome.samples
        if len(kept) < SAMPLES and key not in {(sample.operation, sample.status, sample.kode) for sample in kept}:
            kept.append(
                Sample(
                    operation=key[0],
                    request=self._redacted(_line(answer.exchange)),
                    status=answer.status,
                    kode=kode,
                    korrelasjonsid=self._redacted(_korrelasjonsid(answer.exchange.response)),
                    at=answer.exchange.started.isoformat(),
                )
            )

    def _judge(self, answer: Answer) -> frozenset[str]:
        call = Call(answer.exchange, self.contract, self._stand.korrelasjonsider, answer.attribution)
        judgements = judge(call) if self._stand.is_home(answer.exchange.request) else []
        for judgement in judgements:
            self._judged[judgement.requirement] += 1
            for deviation in judgement.deviations:
                if answer.attribution.is_presumed:
                    self._contradictions.append(Contradiction(deviation, answer, judgement.check))
                else:
                    self._add(deviation, judgement.check, answer)
        self._outcome.judged = dict(self._judged)
        response = answer.exchange.response
        for name in ("korrelasjonsid", "feilid"):
            identifier = error_field(response, name)
            if identifier is not None:
                self._stand.remember(identifier, _line(answer.exchange))
        if response.status >= 400 and answer.attribution.is_of_service:
            listed = self.contract.errors.get(str(response.status))  # an API's catalogue may list bare statuses
            seen = [answer.kode, listed and listed.kode, *answer.conditions]
            self._kodes.update(self._redacted(f"{kode} {response.status}") for kode in seen if kode is not None)
            self._outcome.kodes = dict(self._kodes)
        return frozenset(judgement.check for judgement in judgements if judgement.deviations)

    def note(self, deviation: Deviation, answer: Answer | None = None, check: str | None = None) -> None:
        """Notes a deviation with its evidence; the scenario goes on and fails at its end."""
        with self._lock:
            if self.needs_second_look:
                self._contradictions.append(Contradiction(deviation, answer, check))
            else:
                self._add(deviation, check or self._check, answer)

    def accuse(self, settled: Contradiction) -> None:
        """Notes what was kept until the scenario had ended, and holds."""
        with self._lock:
            self._add(settled.deviation, settled.check or self._check, settled.answer)

    def contradict(self, deviation: Deviation, answer: Answer | None = None) -> None:
        """Keeps what may be a deviation until the scenario has ended: data may have changed between its answers."""
        with self._lock:
            self._contradictions.append(Contradiction(deviation, answer))

    def note_failed_assertion(self, deviation: Deviation) -> None:
        """Keeps what an assertion over the scenario's answers says, unless one of them is no word of the service."""
        if self.answered_before is not None:
            not_run(self.answered_before)
        self.contradict(deviation)

    def take_contradictions(self) -> list[Contradiction]:
        """What was kept since the last time."""
        with self._lock:
            taken, self._contradictions = self._contradictions, []
        return taken

    def ask_anew(self) -> None:
        """From now on nothing is recalled that was asked before."""
        self._asked_anew = set()
        self.today = self._stand.today()

    def count_as_judged(self, requirement: str | None) -> None:
        """Notes that one exchange kept the promise of a requirement that the scenario need not cite."""
        if requirement is not None:
            with self._lock:
                self._judged[requirement] += 1
                self._outcome.judged = dict(self._judged)

    def observe(self, requirement: str, answer: str) -> None:
        """Records which behaviour was met where the documentation leaves it open."""
        question = self.contract.requirements[requirement].question or self.contract.requirements[requirement].text
        with self._lock:
            self._outcome.observations.append(Observed(requirement, question, self._redacted(answer)))

    def _add(self, deviation: Deviation, check: str, answer: Answer | None) -> None:
        """A finding about a promise, or an observation of what nobody promised."""
        requirement = self.contract.requirements.get(deviation.requirement)
        if requirement is not None and requirement.level == "observe":
            question, actual = requirement.question or requirement.text, self._redacted(deviation.actual)
            self._outcome.observations.append(Observed(requirement.id, question, actual))
            return
        operation = self.contract.operation_of(answer.exchange.request) if answer else None
        kinds = {(found.requirement, found.check, found.aspect, found.operation) for found in self._outcome.findings}
        aspect = self._redacted(shortened(deviation.aspect))
        is_known = (deviation.requirement, check, aspect, operation.id if operation else "") in kinds
        if is_known and self._asked_anew is not None:  # a second look shows the same again
            return
        finding = Finding(
            requirement=deviation.requirement,
            check=check,
            aspect=aspect,
            expected=self._redacted(shortened(deviation.expected)),
            actual=self._redacted(shortened(deviation.actual)),
            operation=operation.id if operation else "",
            organisation=self._redacted(answer.organisation) if answer else NOTHING,
            korrelasjonsid=self._redacted(_korrelasjonsid(answer.exchange.response)) if answer else NOTHING,
            request=self._redacted(_line(answer.exchange)) if answer else NOTHING,
            curl=NOTHING if answer is None or is_known else self._curl(self._shown(answer.exchange), answer.exchange),
        )
        self._outcome.findings.append(finding)

    def feel_the_pulse(self) -> None:
        """Notes whether the service is alive, after a call without an answer; and what it may have died of."""
        pulse = self._stand.client.pulse()
        self._outcome.is_answered = pulse.state == "alive"
        if pulse.state == "dead":
            self._outcome.silenced = self._last_words(pulse.died_of)

    def _last_words(self, calls: Sequence[Request]) -> Redacted:
        """Which calls the service may have died of, and how to send one again."""
        named = self._redacted(", ".join(f"{call.method} {call.url}" for call in calls))
        if len(calls) > 1:
            return ours(f"{SILENCE} {named}. A run with --in-flight 1 tells which of them it was.")
        alone = Exchange(calls[0], Response(0), self._stand.now(), 0.0)
        return ours(f"{SILENCE} {named}. To send it again: {self._curl(self._shown(alone), alone)}")

    def _curl(self, redacted: RedactedExchange, sent: Exchange) -> Redacted:
        """The command that sends a call again; empty where it would be too long for anybody to paste."""
        token = token_of(sent)
        command = ours(as_curl(redacted.request, TOKEN if token and self._stand.is_given(token) else None))
        return command if len(command) <= LONGEST_COMMAND else NOTHING

    def _redacted(self, text: str) -> Redacted:
        return self._stand.redactor.message(text)

    def attach_evidence(self, most: int = EVIDENCE) -> None:
        """Attaches the first exchanges of the scenario to its report, where somebody reports."""
        if not plugin_manager.get_plugins():
            return
        for number, (redacted, sent) in enumerate(self._evidence[:most]):
            exchange = redacted()
            tries = f", {exchange.attempts} attempts" if exchange.attempts > 1 else ""
            name = f"{exchange.request.method} {exchange.request.parts.path} → {exchange.response.status}{tries}"
            allure.attach(as_text(exchange), name=name, attachment_type=allure.attachment_type.TEXT)
            if exchange.response.status != 200 or number == 0:
                allure.attach(self._curl(exchange, sent), name="curl", attachment_type=allure.attachment_type.TEXT)


def shortened(text: str) -> str:
    """A text with its endless numbers cut: nobody reads 309 digits."""
    return ENDLESS.sub(lambda number: f"{number[0][:6]}… ({len(number[0])} digits)", text)


def as_text(exchange: RedactedExchange) -> str:
    """An exchange as it is read by people: request, blank line, answer."""
    request, response = exchange.request, exchange.response
    lines = [f"{request.method} {request.url} HTTP/1.1", *(f"{name}: {value}" for name, value in request.headers)]
    if request.body:
        lines += ["", request.body.decode(errors="replace")]
    lines += [
        "",
        f"{response.http_version} {response.status}",
        *(f"{name}: {value}" for name, value in response.headers),
    ]
    lines += ["", response.body.decode(errors="replace")]
    return "\n".join(lines)


def _korrelasjonsid(response: Response) -> str:
    return error_field(response, "korrelasjonsid") or response.header("korrelasjonsid") or ""


def _line(exchange: Exchange) -> str:
    return f"{exchange.request.method} {exchange.request.url}"
