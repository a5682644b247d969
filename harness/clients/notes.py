"""What one scenario found about a client: one breach of each kind, with the call that shows it, and samples."""

import datetime
from collections.abc import Mapping, Sequence

from harness.contract.client_calls import ClientCall
from harness.contract.contract import Contract
from harness.contract.deviation import Deviation
from harness.contract.error_body import error_field
from harness.redaction.redacted import NOTHING, Redacted, ours
from harness.redaction.redactor import Redactor
from harness.verdict.outcome import Finding, Observed, Outcome, Sample

NO_CALL = ours("the client made no call that shows it")


class ClientNotes:
    """Notes in the outcome what a scenario finds about a client, redacted.

    Not thread-safe. `check` is the scenario's name, used for findings of the scenario itself.
    """

    def __init__(self, outcome: Outcome, contracts: Mapping[str, Contract], check: str, redactor: Redactor) -> None:
        self.contracts = contracts
        self.check = check
        self.showing: list[tuple[str, ClientCall]] = []
        """The requirement and the call that shows it, for each kind of breach."""
        self._outcome = outcome
        self._redact = redactor.message
        self._noted: set[tuple[str, str, str]] = set()
        self._decided: set[str] = set()
        """The requirements that the scenario itself has judged."""

    @property
    def api(self) -> str:
        """The API, or the issuer, that the scenario is about."""
        return self._outcome.api

    @property
    def primary(self) -> str:
        """The requirement that the scenario is about."""
        return self._outcome.requirements[0] if self._outcome.requirements else ""

    def receive(self, calls: Sequence[ClientCall], *, attested: bool) -> None:
        """Counts the calls of one task, and whether a person reported its outcome."""
        self._outcome.requests += len(calls)
        self._outcome.max_in_flight = max([self._outcome.max_in_flight, *(call.in_flight for call in calls)])
        self._outcome.attested |= attested

    def note(self, deviation: Deviation, call: ClientCall | None = None, check: str | None = None) -> None:
        """Notes the first deviation of a kind, with the call that shows it; the scenario fails when it ends."""
        kind = (deviation.requirement, check or self.check, deviation.aspect)
        if kind in self._noted:
            return
        self._noted.add(kind)
        if call is not None:
            self.showing.append((deviation.requirement, call))
        self._outcome.findings.append(
            Finding(
                requirement=deviation.requirement,
                check=check or self.check,
                aspect=self._redact(deviation.aspect),
                expected=self._redact(deviation.expected),
                actual=self._redact(deviation.actual),
                operation=self.operation_of(call) if call else "",
                organisation=NOTHING,
                korrelasjonsid=self._identity(call) if call else NOTHING,
                request=self._redact(call.line) if call else NOTHING,
            )
        )

    def observe(self, requirement: str, answer: str) -> None:
        """Records what the client did on a point that the documentation leaves open."""
        found = next(c.requirements[requirement] for c in self.contracts.values() if requirement in c.requirements)
        self._outcome.observations.append(Observed(requirement, found.question or found.text, self._redact(answer)))

    def count_as_decided(self, requirement: str | None = None) -> None:
        """Notes that the scenario has judged a promise, by default the one that it is about."""
        self._decided.add(requirement or self.primary)

    def count_as_judged(self, requirement: str | None) -> None:
        """Notes that the client kept a promise that the scenario need not cite."""
        if requirement is not None:
            self._outcome.judged[requirement] = self._outcome.judged.get(requirement, 0) + 1

    def leave_unshown(self) -> bool:
        """Leaves promises unjudged that the scenario cites but nothing showed; returns whether that is all of them."""
        cited = self._outcome.requirements
        unshown = [requirement for requirement in cited if not self._is_shown(requirement)]
        if cited and len(unshown) == len(cited):
            return True
        for requirement in unshown:
            self._outcome.unjudged.setdefault(requirement, NO_CALL)
        return False

    def _is_shown(self, requirement: str) -> bool:
        """Whether a check or the scenario has judged a promise; one that no check judges is left to the scenario."""
        if requirement in self._outcome.judged or requirement in self._decided:
            return True
        is_checked = any(requirement in contract.by_check.values() for contract in self.contracts.values())
        return bool(self._decided) and not is_checked

    def keep(self, call: ClientCall, shows: str = "") -> None:
        """Keeps a call as a sample, with an id to find it by; `shows` is the requirement that it breaks."""
        kode, at = self._redact(_told(call, "kode")), _moment(call.arrived)
        line, name = self._redact(call.line), self.operation_of(call)
        sample = Sample(name, line, call.status, kode, self._identity(call), at, call.service, shows)
        self._outcome.samples.append(sample)

    def operation_of(self, call: ClientCall) -> str:
        """The operation that was called; empty if no contract has it."""
        contract = self.contracts.get(call.service)
        operation = contract.operation_of(call.request) if contract else None
        return operation.id if operation else ""

    def _identity(self, call: ClientCall) -> Redacted:
        """The id of a call in logs: the client's own, else the answer's. The answers to many calls of a scenario may
        share one.
        """
        return self._redact(call.request.header("korrelasjonsid") or _told(call, "korrelasjonsid"))


def _told(call: ClientCall, name: str) -> str:
    """A member of the error that a call was answered with."""
    return (error_field(call.response, name) if call.response else None) or ""


def _moment(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).isoformat()
