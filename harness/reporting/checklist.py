"""Answers the points of the vendor checklist by what a run found."""

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
"""What the points are called where there is little room."""

SAMPLES = 3
"""How many calls are named as evidence of a point."""


@dataclass(frozen=True)
class CheckedPoint(Rows):
    """The requirements of one API that answer one point."""

    name: Point
    api: ApiView

    @cached_property
    def deciding(self) -> Sequence[RequirementRow]:
        """What the answer rests on: the testable requirements of level must, or of any level where there is none."""
        testable = [row for row in self.rows if row.entry.testable]
        return [row for row in testable if row.entry.level == "must"] or testable

    @property
    def passed(self) -> int:
        return sum(row.entry.status == "passed" for row in self.deciding)

    @property
    def answer(self) -> Answer:
        """`yes` only where all that decides passed. A waived deviation is not a pass, nor is an observation."""
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
        """Calls by which Skatteetaten can find the point's evidence again, each of another status or code."""
        found = (evidence for row in self.rows for evidence in row.entry.evidence if evidence.korrelasjonsid)
        distinct = {(evidence.status, evidence.kode): evidence for evidence in reversed(list(found))}
        return list(distinct.values())[:SAMPLES]


def checked_points(apis: Iterable[ApiView]) -> list[CheckedPoint]:
    """Every point for every API whose service was judged, in the order of the checklist."""
    judged = [api for api in apis if any(row.entry.actor == "server" for row in api.rows)]
    points = [CheckedPoint(_rows(api, name, "server"), name, api) for api in judged for name in POINTS]
    return [point for point in points if point.rows or point.name != "further"]


def own_points(apis: Iterable[ApiView]) -> list[CheckedPoint]:
    """The points that the vendor's own system answers, by what it was seen to do; none where it was not looked at."""
    points = [CheckedPoint(_rows(api, name, "client"), name, api) for api in apis for name in POINTS]
    return [point for point in points if point.rows]


def _rows(api: ApiView, name: Point, actor: Actor) -> list[RequirementRow]:
    themes = [theme for theme in api.themes if api.contract.checklist.point_of(theme.name) == name]
    return [row for theme in themes for row in theme.rows if row.entry.actor == actor]
