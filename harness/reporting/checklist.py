"""Holds a run against step 5, testing, of the checklist that Skatteetaten gives to vendors.

Source: the vendor checklist of 2025-06-25: the full flow, error handling and validation are tested, answers are
correct, the test is logged and summarised, integration and test are documented. Step 2, access, is a condition for it.
Which themes of an API answer which point stands in `specs/<api>/checklist.toml`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

from pydantic import TypeAdapter, ValidationError

from harness.contract.faulty import FaultySpecificationError, first_problem
from harness.contract.pinned import specs_folder
from harness.files.tree import read_toml
from harness.files.unreadable import UnreadableFileError
from harness.reporting.view import UNTESTED, ApiView, RequirementRow
from harness.verdict.model import Evidence

Point = Literal["access", "flow", "errors", "validation", "responses", "further"]
POINTS: Sequence[Point] = get_args(Point)

Answer = Literal["holds", "deviates", "waived", "untested"]

SAMPLES = 3
"""How many calls are named as evidence of a point."""


@dataclass(frozen=True)
class CheckedPoint:
    """The requirements of one API that answer one point."""

    name: Point
    api: ApiView
    rows: Sequence[RequirementRow]

    @cached_property
    def counts(self) -> Mapping[str, int]:
        return Counter(row.entry.status for row in self.rows)

    @property
    def answer(self) -> Answer:
        """`holds` where something was judged and nothing failed."""
        if self.counts["failed"]:
            return "deviates"
        if self.counts["waived"]:
            return "waived"
        return "holds" if any(row.entry.status not in UNTESTED for row in self.rows) else "untested"

    @property
    def judged(self) -> Sequence[str]:
        return [row.entry.id for row in self.rows if row.entry.status not in UNTESTED]

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
    """Every point for every API, in the order of the checklist; raises FaultySpecificationError."""
    points = []
    for api in apis:
        places = themes_of(api.contract.api)
        by_theme = {theme: point for point, themes in places.items() for theme in themes}
        for name in POINTS:
            themes = [theme for theme in api.themes if by_theme.get(theme.name, "further") == name]
            rows = [row for theme in themes for row in theme.rows]
            if rows or name != "further":
                points.append(CheckedPoint(name, api, rows))
    return points


def themes_of(api: str) -> Mapping[Point, tuple[str, ...]]:
    """The themes of each point, as the API's folder says; raises FaultySpecificationError."""
    path = specs_folder() / api / "checklist.toml"
    if not path.is_file():
        return {}
    try:
        content = read_toml(path)
        return TypeAdapter(dict[Point, tuple[str, ...]]).validate_python(content)
    except ValidationError as error:
        raise FaultySpecificationError(path, first_problem(error)) from error
    except UnreadableFileError as error:
        raise FaultySpecificationError.unreadable(path, error) from error
