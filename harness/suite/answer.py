"""The response that a scenario works with: it checks expectations and notes deviations."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from harness.contract.checks import Breach
from harness.contract.deviation import Deviation, DeviationFoundError
from harness.contract.places import known_body
from harness.suite.markers import not_run
from harness.suite.notes import Notes, before_the_service
from harness.suite.stand import Received
from harness.suite.values import shared

SERVER_ERROR = "schemathesis:not_a_server_error"
"""The check by which an API's requirements promise that no request leads to a server error."""

REFUSALS = tuple(range(400, 500))
SHUT_OUT = frozenset({401, 403})
"""The statuses that turn a caller away, whether from the service or from something in front of it."""
OFTEN = 4
"""How often a call is repeated: a gateway that refuses one call in seven refuses all of them once in 17,000 times."""


@dataclass(frozen=True)
class Answer(Received):
    """The response that a scenario works with: it checks expectations and notes deviations."""

    notes: Notes = field(kw_only=True, compare=False, repr=False)

    @classmethod
    def told_to(cls, notes: Notes, received: Received) -> "Answer":
        """The answer for one scenario."""
        facts = received.exchange, received.organisation, received.attribution, received.broken, received.memory
        return cls(*facts, notes=notes)

    @property
    def received(self) -> Received:
        """The received response, without the scenario."""
        return Received(self.exchange, self.organisation, self.attribution, self.broken, self.memory)

    def json(self) -> Any:  # noqa: ANN401 - any JSON value
        """The body as JSON; if it is not JSON, that is a deviation from the scenario's primary requirement.

        So is reading a field that an object lacks. The value cannot be changed: other scenarios use it, too.
        """
        self.ensure_of_service()
        try:
            return self._shared(self.exchange.response.json)
        except ValueError as error:
            shown = self.exchange.response.media_type or "no Content-Type"
            raise DeviationFoundError(
                Deviation(self.notes.primary, "body is not JSON", "a JSON body", f"{shown}: {error}")
            ) from error

    def content(self) -> Any:  # noqa: ANN401 - any JSON value
        """The body as returned by `json`; an XML body is read according to the specification."""
        return self.json() if self.exchange.response.is_json else self._shared(self.known)

    def _shared(self, read: Callable[[], Any]) -> Any:  # noqa: ANN401 - any JSON value
        if "body" not in self.memory:
            self.memory["body"] = shared(read())
        return self.memory["body"]

    def known(self) -> Any:  # noqa: ANN401 - any JSON value
        """The body, JSON or XML, reduced to what the specification defines; None if it cannot be read."""
        if "known" not in self.memory:
            operation = self.notes.contract.operation_of(self.exchange.request)
            self.memory["known"] = operation and known_body(
                self.notes.contract.document, operation, self.exchange.response
            )
        return self.memory["known"]

    def judge(self, verdicts: Iterable[Breach | None], requirement: str | None = None) -> int:
        """Notes the breaches that a relation found in this answer, the first of each kind.

        A relation yields one element for each place it looked at, None where it holds. Returns the number of places: a
        relation that looked at nothing has not passed.
        """
        places = list(verdicts)
        for deviation in self._deviations(places, requirement):
            if self.attribution.is_of_service:
                self.notes.contradict(deviation, self)
            else:
                self.notes.leave_unjudged(deviation.requirement)
        return len(places)

    def judge_by_itself(self, verdicts: Iterable[Breach | None], requirement: str) -> None:
        """As `judge`, for a relation that this answer alone keeps or breaks: no second look is needed before accusing.

        The scenario need not cite the requirement.
        """
        places = list(verdicts)
        for deviation in self._deviations(places, requirement):
            self.note(deviation)
        if places and self.attribution.is_of_service:
            self.notes.count_as_judged(requirement)

    def _deviations(self, places: Iterable[Breach | None], requirement: str | None) -> list[Deviation]:
        kinds: dict[str, Breach] = {}
        for breach in places:
            if breach is not None:
                kinds.setdefault(breach.aspect, breach)
        promised = requirement or self.notes.primary
        return [Deviation(promised, each.aspect, each.expected, each.actual) for each in kinds.values()]

    def expect_status(self, *allowed: int) -> "Answer":
        """Ends the scenario with a deviation unless the status is one of those allowed.

        An answer from something in front of the service says nothing about the service: it ends the scenario without
        one.
        """
        if self.status not in allowed:
            self.ensure_of_service()
            self.expect_no_server_error()
            expected = " or ".join(map(str, allowed))
            raise DeviationFoundError(
                Deviation(self.notes.primary, f"status {self.status}", f"status {expected}", self._shown())
            )
        return self

    def expect_refusal(self, *allowed: int, kode: str | None = None) -> "Answer":
        """Expects a refusal with one of these statuses and, if the service itself answers, this kode.

        A wrong status breaks the scenario's own requirement; a wrong kode the requirement that promises the kode.
        Something in front of the service may refuse in any way, and has no kode to judge.
        """
        if self.attribution.by == "before":
            if self.status in range(200, 300):
                self.ensure_of_service()
            self.notes.leave_unjudged(kode and self.notes.contract.requirement_of_kode(kode))
        elif self.status not in allowed:
            self.expect_no_server_error()
            expected = " or ".join(map(str, allowed)) if allowed != REFUSALS else "4xx"
            self.note(Deviation(self.notes.primary, f"status {self.status}", f"refused with {expected}", self._shown()))
        elif kode is not None and self.kode is not None:
            self._expect_kode(kode)
        elif kode is not None and not self.attribution.has_own_form:
            self.notes.leave_unjudged(self.notes.contract.requirement_of_kode(kode))
        return self

    def expect_closed(self, kode: str | None = None) -> "Answer":
        """Expects a refusal, whatever its status: nothing is shown and nothing is done."""
        return self.expect_refusal(*REFUSALS, kode=kode)

    def expect_no_server_error(self) -> "Answer":
        """Notes a server error as a deviation in its own right: the service must have an answer to every request.

        It breaks the requirement that also covers the API's generated requests.
        """
        promised = self.notes.contract.by_check.get(SERVER_ERROR)
        if promised is not None and self.status >= 500:
            self.note(Deviation(promised, "server error", "no server error", self._shown()))
        elif promised is not None and self.attribution.is_of_service:
            self.notes.count_as_judged(promised)
        return self

    def ensure_of_service(self) -> "Answer":
        """Ends the scenario if something in front of the service answered."""
        if self.attribution.by == "before":
            not_run(before_the_service(self.attribution))
        return self

    def _expect_kode(self, kode: str) -> None:
        contract = self.notes.contract
        accepted = contract.accepted_for(kode)
        if self.kode in accepted:
            self.notes.count_as_judged(contract.requirement_of_kode(kode))
        else:
            promised = contract.requirement_of_kode(kode) or self.notes.primary
            self.note(
                Deviation(promised, f"{self.kode} in place of {kode}", " or ".join(sorted(accepted)), self._shown())
            )

    def note(self, deviation: Deviation) -> None:
        """Notes a deviation that this answer shows; the scenario continues.

        An answer that the service did not give accuses nobody: it leaves the requirement unjudged.
        """
        if self.attribution.is_of_service:
            self.notes.note(deviation, self)
        else:
            self.notes.leave_unjudged(deviation.requirement)

    def _shown(self) -> str:
        return f"status {self.status}" + (f" with {self.kode}" if self.kode else "")


def expect_entry(call: Callable[[], Answer], ordinary: Callable[[], Answer], *allowed: int) -> None:
    """Checks that a call with a right to enter is let in, by the service and by anything in front of it.

    `allowed` are the statuses of a call that was let in; empty means any. `ordinary` makes the same call in the usual
    way. If something in front of the service always refuses the call, and never the ordinary one, the scenario's
    requirement is broken; otherwise nothing is judged.
    """
    answer = call()
    if answer.status not in SHUT_OUT:
        if allowed:
            answer.expect_status(*allowed)
        return
    for _ in range(OFTEN):
        if not answer.attribution.is_of_service and (ordinary().status in SHUT_OUT or call().status not in SHUT_OUT):
            answer.ensure_of_service()
    shown = f"status {answer.status}"
    answer.notes.note_shut_out(Deviation(answer.notes.primary, shown, "let in", shown), answer)
