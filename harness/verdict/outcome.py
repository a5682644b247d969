"""What one scenario found: the unit that workers send home and shards are joined from."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from pydantic import TypeAdapter

from harness.redaction.redacted import NOTHING, Redacted

Result = Literal["passed", "deviations", "not_testable", "not_run", "error"]


@dataclass(frozen=True)
class Finding:
    """One deviation with its evidence. `check` is a check's name or the scenario's."""

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
    """The command that sends that call again; of the first finding of a kind."""


@dataclass(frozen=True)
class Observed:
    """The answer to a question that the documentation leaves open."""

    requirement: str
    question: str
    answer: Redacted


@dataclass(frozen=True)
class Sample:
    """One call of a scenario, by which Skatteetaten can find it again. `at` is in ISO 8601."""

    operation: str
    request: Redacted
    status: int
    kode: Redacted
    korrelasjonsid: Redacted
    at: str
    api: str = ""
    """The service that was called, where a scenario calls several."""
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
    """What the service may have died of, where it has answered nothing since."""
    is_answered: bool = False
    """Whether a call after one without an answer had one: the service is not down, whatever broke that call off."""
    offered: bool = True
    """False where the scenario needs an operation at no published address, which the target does not open."""
    findings: list[Finding] = field(default_factory=list)
    observations: list[Observed] = field(default_factory=list)
    judged: dict[str, int] = field(default_factory=dict)
    unjudged: dict[str, Redacted] = field(default_factory=dict)
    """Requirements that the scenario came to no word about, each with why, whatever became of the others."""
    kodes: dict[Redacted, int] = field(default_factory=dict)
    """Keys have the form `KB-004 401`."""
    calls: dict[str, int] = field(default_factory=dict)
    """How many calls asked about which organisation."""
    samples: list[Sample] = field(default_factory=list)
    requests: int = 0
    max_in_flight: int = 0
    attested: bool = False
    """Whether a person said what came of it, where the wire cannot show that."""
    retries: int = 0
    """Tries that nobody but a gateway or the network answered, and calls sent again with a new token."""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, members: Mapping[str, Any]) -> "Outcome":
        return _ADAPTER.validate_python(members)


# Made once: making an adapter takes longer than using it a hundred times.
_ADAPTER = TypeAdapter(Outcome)
