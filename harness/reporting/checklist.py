"""Answers the points of the vendor checklist from a run's findings."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from harness.contract.checklist import POINTS, Point
from harness.contract.requirements import Actor
from harness.reporting.view import ApiView, RequirementRow, Rows
from harness.verdict.model import Evidence

Answer = Literal["yes", "no", "partly", "untested"]

SHORT_NAMES: Mapping[Point, str] = {
    "access": "access (step 2)",
    "flow": "full flow",
    "errors": "error handling",
    "validation": "validation",
    "responses": "correct responses",
    "further": "further requirements",
}
"""Short names of the points."""

SAMPLES = 3
"""How many calls are cited as evidence for a point."""


@dataclass(frozen=True)
class CheckedPoint(Rows):
    """The requirements of one API that answer one point."""

    name: Point
    api: ApiView

    @cached_property
    def deciding(self) -> Sequence[RequirementRow]:
        """What the answer is based on: the testable must-requirements or, if there are none, those of any level."""
        testable = [row for row in self.rows if row.entry.testable]
        return [row for row in testable if row.entry.level == "must"] or testable

    @property
    def passed(self) -> int:
        return sum(row.entry.status == "passed" for row in self.deciding)

    @property
    def answer(self) -> Answer:
        """`yes` only if all deciding requirements passed. Neither a waived deviation nor an observation is a pass."""
        if any(row.entry.status == "failed" for row in self.deciding):
            return "no"
        if not self.passed:
            return "untested"
        return "yes" if self.passed == len(self.deciding) else "partly"

    @property
    def judged(self) -> Sequence[str]:
        return [row.entry.id for row in self.rows if row.entry.is_judged]

    @property
    def scenarios(self) -> int:
        return len({scenario for row in self.rows for scenario in row.entry.scenarios})

    @property
    def samples(self) -> Sequence[Evidence]:
        """Calls that Skatteetaten can look up as evidence, each with a different status or code."""
        found = (evidence for row in self.rows for evidence in row.entry.evidence if evidence.korrelasjonsid)
        distinct = {(evidence.status, evidence.kode): evidence for evidence in reversed(list(found))}
        return list(distinct.values())[:SAMPLES]


def checked_points(apis: Iterable[ApiView]) -> list[CheckedPoint]:
    """Every point for every judged service, in the order of the checklist."""
    judged = [api for api in apis if any(row.entry.actor == "server" for row in api.rows)]
    points = [CheckedPoint(_rows(api, name, "server"), name, api) for api in judged for name in POINTS]
    return [point for point in points if point.rows or point.name != "further"]


def own_points(apis: Iterable[ApiView]) -> list[CheckedPoint]:
    """The points about the vendor's own system, from its observed behaviour; none if it was not tested."""
    points = [CheckedPoint(_rows(api, name, "client"), name, api) for api in apis for name in POINTS]
    return [point for point in points if point.rows]


def _rows(api: ApiView, name: Point, actor: Actor) -> list[RequirementRow]:
    themes = [theme for theme in api.themes if api.contract.checklist.point_of(theme.name) == name]
    return [row for theme in themes for row in theme.rows if row.entry.actor == actor]
