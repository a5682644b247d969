"""How much of the testable requirements was judged.

If a target lacks something, such as an access or a second client, a requirement does not become less testable: the run
judged less. Only open questions, requirements that no run can show, and operations that the API does not offer are
excluded.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

from harness.contract.contract import Contract

if TYPE_CHECKING:
    from harness.verdict.model import RequirementStatus

Wanted = float | Literal["must"]
"""A minimum percentage of the testable requirements, or every testable requirement of level must."""


class MustShare(BaseModel):
    """Only the requirements of level must."""

    model_config = ConfigDict(extra="forbid")

    judged: int = 0
    testable: int = 0


class Share(BaseModel):
    """How many of some requirements passed, failed or were waived (`judged`); observations are not counted.

    `total` includes open questions and requirements that no run can show.
    """

    model_config = ConfigDict(extra="forbid")

    judged: int = 0
    testable: int = 0
    total: int = 0
    must: MustShare = Field(default_factory=MustShare)

    @property
    def is_complete(self) -> bool:
        """Whether every testable requirement of level must was judged."""
        return self.must.judged == self.must.testable

    def __str__(self) -> str:
        return f"{self.judged} of {self.testable}"

    @property
    def percent(self) -> float:
        """The judged percentage of the testable requirements; 100 if there are none."""
        return 100 * self.judged / self.testable if self.testable else 100.0


class ApiShare(Share):
    """One API's share, and those of its themes and of the points of the vendor checklist."""

    themes: dict[str, Share] = Field(default_factory=dict)
    points: dict[str, Share] = Field(default_factory=dict)


class Coverage(Share):
    """The share of a whole run, and those of its APIs."""

    by_api: dict[str, ApiShare] = Field(default_factory=dict)

    def parts(self) -> Iterator[tuple[tuple[str, ...], Share]]:
        """Each API's share, followed by those of its themes and points: `(api,)`, `(api, "theme", name)` and so on."""
        for api, share in self.by_api.items():
            yield (api,), share
            yield from (((api, "theme", name), part) for name, part in share.themes.items())
            yield from (((api, "point", name), part) for name, part in share.points.items())


def coverage_of(requirements: Iterable["RequirementStatus"], contracts: Iterable[Contract] = ()) -> Coverage:
    """The coverage of a run; without the contracts, it has no themes and points."""
    entries = list(requirements)
    of_api = {contract.api: contract for contract in contracts}
    whole = share_of(entries)
    return Coverage(
        **dict(whole),
        by_api={
            api: _of_api([entry for entry in entries if entry.api == api], of_api.get(api))
            for api in dict.fromkeys(entry.api for entry in entries)
        },
    )


def share_of(requirements: Iterable["RequirementStatus"]) -> Share:
    """The share of some requirements."""
    entries = list(requirements)
    testable = [entry for entry in entries if entry.testable]
    judged = [entry for entry in testable if entry.is_judged]
    return Share(
        judged=len(judged),
        testable=len(testable),
        total=len(entries),
        must=MustShare(judged=_musts(judged), testable=_musts(testable)),
    )


def shortfall(coverage: Share, wanted: Wanted) -> str | None:
    """How the required coverage was missed, in words; None if it was reached."""
    if wanted == "must":
        missing = coverage.must.testable - coverage.must.judged
        if not missing:
            return None
        found = f"{coverage.must.judged} of {coverage.must.testable} testable must-requirements were judged"
        return f"too little was judged: {found}, but --require-coverage must requires all"
    if coverage.percent >= wanted:
        return None
    found = f"{coverage.judged} of {coverage.testable} testable requirements ({_rounded_down(coverage.percent)} %)"
    return f"too little was judged: {found}, but --require-coverage requires {wanted:g} %"


def strictest_wish(wishes: Iterable[Wanted]) -> list[Wanted]:
    """The coverage requirements that matter for several runs together: `must`, and the highest percentage."""
    given = set(wishes)
    percents: list[Wanted] = sorted(wish for wish in given if wish != "must")
    every: list[Wanted] = ["must"] if "must" in given else []
    return every + percents[-1:]


def _of_api(entries: list["RequirementStatus"], contract: Contract | None) -> ApiShare:
    whole = dict(share_of(entries))
    if contract is None:
        return ApiShare(**whole)
    theme_of = {key: requirement.theme for key, requirement in contract.requirements.items()}
    return ApiShare(
        **whole,
        themes=_grouped(entries, lambda entry: theme_of.get(entry.id, "")),
        points=_grouped(entries, lambda entry: contract.checklist.point_of(theme_of.get(entry.id, ""))),
    )


def _grouped(entries: list["RequirementStatus"], name: Callable[["RequirementStatus"], str]) -> dict[str, Share]:
    groups: dict[str, list[RequirementStatus]] = {}
    for entry in entries:
        groups.setdefault(name(entry), []).append(entry)
    return {key: share_of(group) for key, group in groups.items()}


def _musts(entries: Iterable["RequirementStatus"]) -> int:
    return sum(entry.level == "must" for entry in entries)


def _rounded_down(percent: float) -> int:
    """Only complete coverage is shown as 100."""
    return int(percent)
