"""What one scenario found: the unit that workers report and shards consist of."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from pydantic import TypeAdapter

from harness.redaction.redacted import NOTHING, Redacted

Result = Literal["passed", "deviations", "not_testable", "not_run", "error"]


@dataclass(frozen=True)
class Finding:
    """One deviation with its evidence. `check` is the name of a check or of the scenario."""

    requirement: str
    check: str
    aspect: Redacted
    expected: Redacted
    actual: Redacted
    operation: str = ""
    organisation: Redacted = NOTHING
    korrelasjonsid: Redacted = NOTHING
    request: Redacted = NOTHING
    """Method and URL of the call that shows it."""
    curl: Redacted = NOTHING
    """The command that repeats that call; only for the first finding of a kind."""


@dataclass(frozen=True)
class Observed:
    """The answer to a question left open by the documentation."""

    requirement: str
    question: str
    answer: Redacted


@dataclass(frozen=True)
class Sample:
    """One call of a scenario, with what Skatteetaten needs to find it. `at` is in ISO 8601."""

    operation: str
    request: Redacted
    status: int
    kode: Redacted
    korrelasjonsid: Redacted
    at: str
    api: str = ""
    """The called service, for a scenario that calls several."""
    shows: str = ""
    """The requirement whose breach it shows; empty for any other call."""


@dataclass
class Outcome:
    """What one scenario found about the requirements it cites.

    `judged` counts, by requirement, the exchanges that a check judged it by, and `kodes` the answers by error code
    and status. `reason` says why nothing was judged, or what broke.
    """

    scenario: str
    api: str
    requirements: tuple[str, ...]
    result: Result = "passed"
    reason: Redacted = NOTHING
    silenced: Redacted = NOTHING
    """The call that the service may have died of, if it has answered nothing since."""
    is_answered: bool = False
    """Whether a call after an unanswered one was answered: the service is not down, whatever broke that call off."""
    offered: bool = True
    """False if the scenario needs an operation without a published address that the target does not offer."""
    findings: list[Finding] = field(default_factory=list)
    observations: list[Observed] = field(default_factory=list)
    judged: dict[str, int] = field(default_factory=dict)
    unjudged: dict[str, Redacted] = field(default_factory=dict)
    """Requirements that the scenario could not decide, each with the reason, whatever became of the others."""
    kodes: dict[Redacted, int] = field(default_factory=dict)
    """Keys have the form `KB-004 401`."""
    calls: dict[str, int] = field(default_factory=dict)
    """The number of calls about each organisation."""
    samples: list[Sample] = field(default_factory=list)
    requests: int = 0
    max_in_flight: int = 0
    attested: bool = False
    """Whether a person stated the result, because the wire cannot show it."""
    retries: int = 0
    """Attempts answered only by a gateway or the network, and calls repeated with a new token."""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, members: Mapping[str, Any]) -> "Outcome":
        return _ADAPTER.validate_python(members)


# Built once: building an adapter takes longer than using it a hundred times.
_ADAPTER = TypeAdapter(Outcome)
