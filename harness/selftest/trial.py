"""One trial: what the suite is run against, and its result."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Self, TypeVar

T = TypeVar("T")

Kind = Literal["clean", "benign", "fault", "mutant", "share"]


@dataclass(frozen=True)
class Subject:
    """A condition of the sandbox: one fault, one benign variation, or none (`clean`).

    `requirement` is what a fault breaks. `seed` is the sandbox's, `arguments` are further arguments to start it with.
    """

    kind: Kind
    name: str
    api: str = ""
    requirement: str = ""
    text: str = ""
    seed: int = 1
    arguments: tuple[str, ...] = ()
    breaks_with: tuple[str, ...] = ()
    """Requirements that necessarily break together with it."""

    @property
    def full_name(self) -> str:
        return f"{self.api}/{self.name}"

    @property
    def fault(self) -> str:
        """The full name of the fault, without its share of calls."""
        return self.full_name.partition("@")[0]


Enough = Literal["everything", "right requirement", "any requirement"]


@dataclass(frozen=True)
class Due:
    """A scenario in a healthy sandbox: its result, the number of answers that it judged by each requirement, and the
    number that each variation would have changed.
    """

    result: str
    judged: Mapping[str, int]
    changed: Mapping[str, int]


@dataclass(frozen=True)
class Companion:
    """A variation that may be grouped."""

    apart: frozenset[str]
    """The full names of those that it must not be grouped with."""
    takes: bool = False
    """Whether it takes something away from answers, so that there may be less to judge."""


@dataclass(frozen=True)
class Trial:
    """A subject and the scenarios to run against it, in this order; None means all of them.

    All scenarios run in the suite's order if the trial runs to its end, else those closest to the subject come first.
    `enough` is what ends a trial: a finding against the requirement that the subject breaks, one against any
    requirement, or only the last scenario.
    """

    subject: Subject
    scenarios: tuple[str, ...] | None = None
    enough: Enough = "everything"
    survey: tuple[str, ...] | None = None
    """The subjects for which to check whether they would have changed each answer; None for no survey."""
    mutants: int = 0
    """How many mechanical mutants to draw after a survey."""
    beside: tuple[Subject, ...] = ()
    """Variations that are switched on together with the subject."""
    due: Mapping[str, Due] = field(default_factory=dict)
    """Each scenario as it is in a healthy sandbox, for a group trial: shows whether every variation was met."""

    @property
    def members(self) -> tuple[Subject, ...]:
        """All subjects that are switched on."""
        return (self.subject, *self.beside)


@dataclass(frozen=True)
class Reach:
    """The result of a survey, by scenario: the full names of the subjects that would have changed its answers, and the
    operations that were answered successfully.

    A run can be surveyed in parts, each of another API. For a subject that the survey could not decide (not in `told`),
    it lists the scenarios with a call that the subject could affect.
    """

    faults: Mapping[str, frozenset[str]]
    operations: Mapping[str, frozenset[str]]
    told: frozenset[str]
    mutants: tuple[Subject, ...]
    judging: Mapping[str, tuple[str, ...]]
    """The requirements that each scenario judged answers by, its own first; all scenarios, in the suite's order."""
    requests: Mapping[str, int] = field(default_factory=dict)
    """The number of requests of each scenario."""
    calls: Mapping[str, int] = field(default_factory=dict)
    """For each surveyed subject, the number of calls in the whole run that it would have affected, which may be 0."""
    due: Mapping[str, Due] = field(default_factory=dict)
    """Each scenario as it was in the survey."""
    companions: Mapping[str, Companion] = field(default_factory=dict)
    """The variations that may be grouped."""
    seconds: Mapping[str, float] = field(default_factory=dict)
    """How long each scenario took: some wait for something to expire."""

    @classmethod
    def of_all(cls, parts: Iterable[Self]) -> Self:
        """The survey of several APIs, from the surveys of each."""
        found = [*parts]
        return cls(
            faults=_joined(each.faults for each in found),
            operations=_joined(each.operations for each in found),
            told=frozenset().union(*(each.told for each in found)),
            mutants=tuple(mutant for each in found for mutant in each.mutants),
            judging=_joined(each.judging for each in found),
            requests=_joined(each.requests for each in found),
            seconds=_joined(each.seconds for each in found),
            calls=_joined(each.calls for each in found),
            due=_joined(each.due for each in found),
            companions=_joined(each.companions for each in found),
        )

    def meets_nothing(self, subject: Subject) -> bool:
        """Whether the subject was surveyed and would have changed no answer of the whole run."""
        return self.calls.get(subject.full_name) == 0

    def takes(self, subject: Subject) -> bool:
        """Whether a variation is known to take something away from answers."""
        companion = self.companions.get(subject.full_name)
        return companion is not None and companion.takes

    def scenarios_of(self, subject: Subject) -> tuple[str, ...]:
        """The scenarios that a subject can affect: first those that judge its requirement, cheapest first. In the
        suite's order if all of them will run.

        All scenarios if it is not known which.
        """
        reached = [name for name in self.judging if self._may_reach(subject, name)]
        if subject.kind in {"benign", "clean"}:
            return tuple(reached)
        return tuple(
            sorted(reached, key=lambda name: (distance(subject, self.judging[name]), self.requests.get(name, 0)))
        )

    def _may_reach(self, subject: Subject, scenario: str) -> bool:
        if subject.kind == "mutant":
            return subject.name.split(":")[2] in self.operations.get(scenario, ())
        is_surveyed = subject.full_name in self.calls and not subject.arguments  # otherwise it saw another sandbox
        return not is_surveyed or subject.full_name in self.faults.get(scenario, ())


def _joined(mappings: Iterable[Mapping[str, T]]) -> dict[str, T]:
    return {name: value for each in mappings for name, value in each.items()}


def distance(subject: Subject, judged: tuple[str, ...]) -> int:
    """0 for a scenario dedicated to what the subject breaks, 1 for one that also judges it, 2 for the rest.

    `judged` are a scenario's requirements, its own first.
    """
    return 0 if judged[:1] == (subject.requirement,) else 1 if subject.requirement in judged else 2


@dataclass(frozen=True)
class Result:
    """What the suite found out about a subject: the requirements found broken, in the order of their first findings.

    `requests` is the number needed to find the right one broken, or the total if it was not found. `problems` kept the
    suite from judging.
    """

    subject: Subject
    by: tuple[str, ...] = ()
    requests: int = 0
    scenarios: int = 0
    problems: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    """One line per requirement: what was expected, and what came instead."""
    seconds: float = 0.0
    together: tuple[str, ...] = ()
    """The names of the variations that were switched on with it."""
    again: Mapping[str, tuple[str, ...]] | None = None
    """For a group trial, by full name, the scenarios that did not clear a variation; None if none was cleared."""
    unmet: str = ""
    """Why no call of a thorough run meets it, so that it was not tried; else empty."""
    reach: Reach | None = field(default=None, repr=False)

    @property
    def caught(self) -> bool:
        return bool(self.by)

    @property
    def by_right_requirement(self) -> bool:
        return self.subject.requirement in self.by

    @property
    def others(self) -> tuple[str, ...]:
        """The requirements found broken besides the right one."""
        return tuple(key for key in self.by if key != self.subject.requirement)
