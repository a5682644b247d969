"""The findings of one scenario: breaches, observations, and how often a promise was judged."""

import threading
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from harness.contract.attribution import Attribution
from harness.contract.checks import Judgement
from harness.contract.contract import Contract
from harness.contract.deviation import OWN, Deviation
from harness.contract.error_body import error_field
from harness.exchange import Request
from harness.redaction.redacted import NOTHING, Redacted, ours
from harness.reporting.evidence import Evidence
from harness.suite.markers import not_run
from harness.suite.stand import Received
from harness.verdict.outcome import Finding, Observed, Outcome, Sample

SAMPLES = 3
"""How many calls of one scenario are kept as samples, each with a different operation, status or kode."""

FORM = frozenset({"body_well_formed", "body_matches_schema"})
"""The checks of an answer's form: an answer that breaks one may contain any value anywhere."""


@dataclass(frozen=True)
class Contradiction:
    """A statement of a scenario that answers contradict; whether it accuses is settled at the scenario's end."""

    deviation: Deviation
    answer: Received | None = None
    check: str | None = None

    @property
    def requirement(self) -> str:
        return self.deviation.requirement


class Notes:
    """Notes a scenario's findings in its outcome. Safe to use from several threads.

    `check` is the scenario's own name, used for findings that no check made; `organisations` are the target's.
    `lasting` holds the checks and operations whose fleeting breaches a second look has confirmed.
    """

    def __init__(
        self,
        outcome: Outcome,
        contract: Contract,
        evidence: Evidence,
        check: str,
        organisations: Collection[str] = (),
        lasting: set[tuple[str, str]] | None = None,
    ) -> None:
        self.contract = contract
        self.evidence = evidence
        self.needs_second_look = False
        """Whether some finding may have been somebody else's doing, or may not happen again."""
        self._outcome = outcome
        self._check = check
        self._organisations = organisations
        self._lasting = set() if lasting is None else lasting
        self._lock = threading.RLock()
        self._kodes: Counter[Redacted] = Counter(outcome.kodes)
        self._judged: Counter[str] = Counter(outcome.judged)
        self._contradictions: list[Contradiction] = []
        self._is_second_look = False
        self._before: Attribution | None = None
        self._is_out_of_form = False
        self._is_compared_in_vain = False

    @property
    def scenario(self) -> str:
        return self._outcome.scenario

    @property
    def requirements(self) -> tuple[str, ...]:
        """The requirements that the scenario cites."""
        return self._outcome.requirements

    @property
    def primary(self) -> str:
        """The scenario's primary requirement."""
        return self.requirements[0] if self.requirements else ""

    @property
    def answered_before(self) -> str | None:
        """Why a plain assertion accuses nobody: something in front of the service gave one of the answers."""
        return None if self._before is None else before_the_service(self._before)

    @property
    def is_out_of_form(self) -> bool:
        """Whether an answer of this scenario breaks its model, as noted by a check: its values may be anything."""
        return self._is_out_of_form

    # Answers

    def receive(self, answer: Received, judgements: Iterable[Judgement], in_flight: int) -> None:
        """Counts a call and notes the checks' judgements; `in_flight` is the highest number of concurrent calls."""
        with self._lock:
            self._outcome.requests += answer.exchange.attempts
            self._outcome.retries += answer.exchange.attempts - 1
            self._outcome.max_in_flight = max(self._outcome.max_in_flight, in_flight)
            if answer.organisation in self._organisations:
                calls = self._outcome.calls
                calls[answer.organisation] = calls.get(answer.organisation, 0) + 1
            self.recall(answer)
            self.needs_second_look |= answer.attribution.is_presumed
            self._take(answer, judgements)
            self._count_kodes(answer)

    def recall(self, answer: Received) -> None:
        """Notes an answer that was counted and judged when it arrived."""
        with self._lock:
            self._is_out_of_form |= not answer.broken.isdisjoint(FORM)
            self._note_author(answer)
            self._sample(answer)

    def note_silence(self, *, is_answered: bool, died_of: Sequence[Request] = ()) -> None:
        """Notes, after a call without an answer, whether the service is alive and what may have stopped it."""
        self._outcome.is_answered = is_answered
        if died_of:
            self._outcome.silenced = self.evidence.last_words(died_of)

    def _take(self, answer: Received, judgements: Iterable[Judgement]) -> None:
        for judgement in judgements:
            self.count_as_judged(judgement.requirement)
            is_open = judgement.is_fleeting and (judgement.check, self._operation(answer)) not in self._lasting
            self.needs_second_look |= is_open and bool(judgement.deviations)
            for deviation in judgement.deviations:
                if is_open or answer.attribution.is_presumed:
                    self.contradict(deviation, answer, judgement.check)
                else:
                    self._add(deviation, judgement.check, answer)

    def _note_author(self, answer: Received) -> None:
        """Notes a gateway's answer as an observation, and leaves unjudged what such an answer cannot show."""
        if answer.attribution.by != "before":
            return
        self._before = answer.attribution
        self._is_compared_in_vain |= answer.attribution.is_unprovoked
        by_check = set(self.contract.by_check.values())
        for requirement in self.requirements:
            if requirement in by_check:
                self.leave_unjudged(requirement)
        observed = next((key for key, entry in self.contract.active.items() if entry.attribution), None)
        if observed is not None:
            question = self.contract.requirements[observed].question or ""
            said = self.evidence.text(f"{answer.exchange.response.status}: {answer.attribution}")
            entry = Observed(observed, question, said)
            if entry not in self._outcome.observations:
                self._outcome.observations.append(entry)

    def _sample(self, answer: Received) -> None:
        """Keeps the first call of each operation, status and kode, so that Skatteetaten can find it."""
        text, kept = self.evidence.text, self._outcome.samples
        if len(kept) >= SAMPLES:
            return
        kode = text(answer.kode or "")
        key = (self._operation(answer), answer.status, kode)
        if key not in {(sample.operation, sample.status, sample.kode) for sample in kept}:
            kept.append(
                Sample(
                    operation=key[0],
                    request=text(answer.line),
                    status=answer.status,
                    kode=kode,
                    korrelasjonsid=text(_korrelasjonsid(answer)),
                    at=answer.exchange.started.isoformat(),
                )
            )

    def _count_kodes(self, answer: Received) -> None:
        if answer.status >= 400 and answer.attribution.is_of_service:
            listed = self.contract.errors.get(str(answer.status))  # an API's catalogue may list bare statuses
            seen = [answer.kode, listed and listed.kode, *answer.conditions]
            told = (self.evidence.text(f"{kode}") for kode in seen if kode is not None)
            self._kodes.update(ours(f"{kode} {answer.status}") for kode in told)
            self._outcome.kodes = dict(self._kodes)

    # Findings

    def note(self, deviation: Deviation, answer: Received | None = None, check: str | None = None) -> None:
        """Notes a deviation with its evidence; the scenario continues and fails at its end.

        Once something in front of the service has answered a call that gave no reason for refusal, the scenario's own
        findings may rest on that answer: they accuse nobody.
        """
        if deviation.requirement == OWN:
            deviation = replace(deviation, requirement=self.primary)
        with self._lock:
            if check is None and self._is_compared_in_vain:
                self.leave_unjudged(deviation.requirement)
            elif self.needs_second_look:
                self.contradict(deviation, answer, check)
            else:
                self._add(deviation, check or self._check, answer)

    def contradict(self, deviation: Deviation, answer: Received | None = None, check: str | None = None) -> None:
        """Keeps a possible deviation until the scenario has ended: data may have changed between its answers."""
        with self._lock:
            if check is None and self._is_compared_in_vain:
                self.leave_unjudged(deviation.requirement)
                return
            self._contradictions.append(Contradiction(deviation, answer, check))

    def note_shut_out(self, deviation: Deviation, answer: Received) -> None:
        """Notes that a call with a right to enter was refused, no matter by whom."""
        with self._lock:
            self._add(deviation, self._check, answer)

    def note_failed_assertion(self, deviation: Deviation) -> None:
        """Keeps a failed assertion for later, or ends the scenario if an answer did not come from the service."""
        if self.answered_before is not None:
            not_run(self.answered_before)
        self.contradict(deviation)

    def take_contradictions(self) -> list[Contradiction]:
        """The contradictions kept since the last call."""
        with self._lock:
            taken, self._contradictions = self._contradictions, []
        return taken

    def accuse(self, settled: Contradiction) -> None:
        """Notes a kept contradiction that has been confirmed."""
        with self._lock:
            self._lasting.add((settled.check or self._check, self._operation(settled.answer)))
            self._add(settled.deviation, settled.check or self._check, settled.answer)

    def begin_second_look(self) -> None:
        """From now on a deviation that is found again is not noted twice."""
        self._is_second_look = True

    def count_as_judged(self, requirement: str | None) -> None:
        """Notes that an exchange kept the promise of a requirement; the scenario need not cite it."""
        if requirement is not None:
            with self._lock:
                self._judged[requirement] += 1
                self._outcome.judged = dict(self._judged)

    def leave_unjudged(self, requirement: str | None) -> None:
        """Notes that the scenario could not judge a requirement because something in front of the service answered."""
        if requirement:
            reason = self.answered_before or "the answer does not show whether the service wrote it"
            self._outcome.unjudged.setdefault(requirement, self.evidence.text(reason))

    def observe(self, requirement: str, answer: str) -> None:
        """Records the behaviour that was observed where the documentation leaves it open."""
        question = self.contract.requirements[requirement].question or self.contract.requirements[requirement].text
        with self._lock:
            self._outcome.observations.append(Observed(requirement, question, self.evidence.text(answer)))

    def _add(self, deviation: Deviation, check: str, answer: Received | None) -> None:
        """Adds a finding, or an observation if the requirement promises nothing."""
        text, short = self.evidence.text, self.evidence.short_text
        requirement = self.contract.requirements.get(deviation.requirement)
        if requirement is not None and requirement.level == "observe":
            self.observe(requirement.id, deviation.actual)
            return
        operation, aspect = self._operation(answer), short(deviation.aspect)
        kinds = {(found.requirement, found.check, found.aspect, found.operation) for found in self._outcome.findings}
        is_known = (deviation.requirement, check, aspect, operation) in kinds
        if is_known and self._is_second_look:  # the second look shows the same again
            return
        finding = Finding(
            requirement=deviation.requirement,
            check=check,
            aspect=aspect,
            expected=short(deviation.expected),
            actual=short(deviation.actual),
            operation=operation,
            organisation=text(answer.organisation) if answer else NOTHING,
            korrelasjonsid=text(_korrelasjonsid(answer)) if answer else NOTHING,
            request=text(answer.line) if answer else NOTHING,
            curl=self.evidence.curl(answer.exchange) if answer and not is_known else NOTHING,
        )
        self._outcome.findings.append(finding)

    def _operation(self, answer: Received | None) -> str:
        operation = self.contract.operation_of(answer.exchange.request) if answer else None
        return operation.id if operation else ""


def before_the_service(attribution: Attribution) -> str:
    """The reason why nothing was judged, with the evidence."""
    return f"answered in front of the service: {attribution}"


def _korrelasjonsid(answer: Received) -> str:
    response = answer.exchange.response
    return error_field(response, "korrelasjonsid") or response.header("korrelasjonsid") or ""
