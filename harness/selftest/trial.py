"""One trial: what the suite is run against, and what it said."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["clean", "benign", "fault", "mutant"]


@dataclass(frozen=True)
class Subject:
    """A condition of the sandbox: one fault, one benign variation, or none (`clean`).

    `requirement` is what a fault breaks. `seed` is the sandbox's, `arguments` are further ones that it must be started
    with.
    """

    kind: Kind
    name: str
    api: str = ""
    requirement: str = ""
    text: str = ""
    seed: int = 1
    arguments: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        return f"{self.api}/{self.name}"


@dataclass(frozen=True)
class Trial:
    """A subject and the scenarios to run against it; None stands for all of them."""

    subject: Subject
    scenarios: frozenset[str] | None = None
    survey: bool = False
    """Whether to ask, of each answer, which faults would have changed it."""
    mutants: int = 0
    """How many mechanical mutants to draw after a survey."""


@dataclass(frozen=True)
class Reach:
    """What a survey told, by scenario: the full names of faults, and the operations that were answered well."""

    faults: Mapping[str, frozenset[str]]
    operations: Mapping[str, frozenset[str]]
    told: frozenset[str]
    """The faults that the survey could tell of."""
    mutants: tuple[str, ...]

    def scenarios_of(self, subject: Subject) -> frozenset[str] | None:
        """The scenarios that a subject can make a difference to; None where that is not known."""
        if subject.kind == "mutant":
            operation = subject.name.split(":")[2]
            return frozenset(name for name, operations in self.operations.items() if operation in operations)
        if subject.full_name not in self.told:
            return None
        return frozenset(name for name, faults in self.faults.items() if subject.full_name in faults)


@dataclass(frozen=True)
class Result:
    """What the suite said of a subject: the requirements it found broken, in the order of the first finding.

    `requests` is how many it took to find the right one broken, or all that it made where it did not. `problems` kept
    the suite from judging.
    """

    subject: Subject
    by: tuple[str, ...] = ()
    requests: int = 0
    scenarios: int = 0
    problems: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    """One line per requirement: what was expected, and what came."""
    seconds: float = 0.0
    reach: Reach | None = field(default=None, repr=False)

    @property
    def caught(self) -> bool:
        return bool(self.by)

    @property
    def by_right_requirement(self) -> bool:
        return self.subject.requirement in self.by

    @property
    def others(self) -> tuple[str, ...]:
        """The requirements found broken beside the right one."""
        return tuple(key for key in self.by if key != self.subject.requirement)
