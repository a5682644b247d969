"""A verdict joined with its contracts: the rows that pages and summaries show."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from harness.contract.contract import Contract
from harness.contract.errors import ErrorCode
from harness.contract.requirements import Requirement
from harness.verdict.coverage import Share, share_of
from harness.verdict.levels import WORDS
from harness.verdict.model import DeviationEntry, ErrorCodeCoverage, RequirementStatus, Standing, Verdict

STATUSES: tuple[Standing, ...] = ("failed", "waived", "passed", "observed", "not_run", "not_testable", "not_shown")
"""The statuses, the most important for the reader first."""


@dataclass(frozen=True)
class RequirementRow:
    """A requirement's result in the run, and the requirement itself."""

    entry: RequirementStatus
    requirement: Requirement


@dataclass(frozen=True)
class Rows:
    """Requirements counted together, in the order of the file."""

    rows: Sequence[RequirementRow]

    @cached_property
    def counts(self) -> Mapping[str, int]:
        return Counter(row.entry.standing for row in self.rows)

    @cached_property
    def share(self) -> Share:
        return share_of(row.entry for row in self.rows)


@dataclass(frozen=True)
class Theme(Rows):
    """The requirements of one theme of an API."""

    name: str


@dataclass(frozen=True)
class ErrorCodeRow:
    """How an error code was seen; `code` is None if the catalogue lacks it."""

    entry: ErrorCodeCoverage
    code: ErrorCode | None


@dataclass(frozen=True)
class DeviationGroup:
    """The deviations from one requirement."""

    row: RequirementRow
    entries: Sequence[DeviationEntry]

    @property
    def waived(self) -> bool:
        return all(entry.waived_by is not None for entry in self.entries)

    @property
    def waivers(self) -> list[str]:
        return sorted({entry.waived_by for entry in self.entries if entry.waived_by is not None})

    @property
    def operations(self) -> list[str]:
        return sorted({entry.operation for entry in self.entries if entry.operation})

    @property
    def seen(self) -> int:
        return sum(entry.seen for entry in self.entries)

    @property
    def word(self) -> str:
        """`deviation`, `warning` or `doubt`."""
        level = self.row.entry.level
        return "observation" if level == "observe" else WORDS[level]


@dataclass(frozen=True)
class Root:
    """Broken requirements that probably have one cause: the same deviation from the same expectation."""

    groups: Sequence[DeviationGroup]

    @property
    def title(self) -> str:
        """The place, expectation and actual result of the most severe one."""
        first = self.groups[0].entries[0]
        return f"{first.operation + ': ' if first.operation else ''}expected {first.expected}, got {first.actual}"


@dataclass(frozen=True)
class ApiView:
    """One API of a verdict."""

    contract: Contract
    themes: Sequence[Theme]
    error_codes: Sequence[ErrorCodeRow]
    deviations: Sequence[DeviationGroup]

    @property
    def title(self) -> str:
        return str(self.contract.document.content["info"]["title"])

    @property
    def rows(self) -> Iterable[RequirementRow]:
        return (row for theme in self.themes for row in theme.rows)

    @cached_property
    def counts(self) -> Mapping[str, int]:
        return Counter(row.entry.standing for row in self.rows)

    @cached_property
    def share(self) -> Share:
        return share_of(row.entry for row in self.rows)

    @cached_property
    def codes_seen(self) -> Mapping[str, int]:
        return Counter(row.entry.seen for row in self.error_codes)


def api_views(verdict: Verdict, contracts: Iterable[Contract]) -> list[ApiView]:
    """One view per contract that the verdict is based on."""
    return [_api_view(verdict, contract) for contract in contracts]


def _api_view(verdict: Verdict, contract: Contract) -> ApiView:
    rows = {
        entry.id: RequirementRow(entry, contract.requirements[entry.id])
        for entry in verdict.requirements
        if entry.api == contract.api and entry.id in contract.requirements
    }
    themes: dict[str, list[RequirementRow]] = {}
    for row in rows.values():
        themes.setdefault(row.requirement.theme, []).append(row)
    found = (entry for entry in verdict.deviations if entry.requirement in rows)
    groups = [DeviationGroup(rows[key], list(es)) for key, es in groupby(found, key=lambda entry: entry.requirement)]
    return ApiView(
        contract=contract,
        themes=[Theme(entries, name) for name, entries in themes.items()],
        error_codes=[
            ErrorCodeRow(entry, contract.errors.get(entry.kode))
            for entry in verdict.error_codes
            if entry.api == contract.api
        ],
        deviations=sorted(groups, key=_urgency),
    )


def likely_roots(groups: Iterable[DeviationGroup]) -> list[Root]:
    """Broken requirements, grouped if one answer or the same mistake shows them; the most severe first."""
    roots: list[list[DeviationGroup]] = []
    for group in sorted(groups, key=_urgency):
        alike = [root for root in roots if any(_is_alike(group, other) for other in root)]
        roots = [root for root in roots if root not in alike]
        roots.append([each for root in alike for each in root] + [group])
    found = [Root(sorted(root, key=_urgency)) for root in roots]
    return sorted(found, key=lambda root: (_urgency(root.groups[0]), -len(root.groups)))


def _is_alike(one: DeviationGroup, other: DeviationGroup) -> bool:
    """Whether one answer shows both broken requirements, or they share an expectation and the actual result."""
    if one.waived != other.waived:
        return False
    answers = {entry.korrelasjonsid for entry in one.entries} & {entry.korrelasjonsid for entry in other.entries}
    pairs = {(e.expected, e.actual) for e in one.entries} & {(e.expected, e.actual) for e in other.entries}
    return bool(answers - {""} or pairs)


def _urgency(group: DeviationGroup) -> tuple[bool, int]:
    """Unwaived ones first, then by level."""
    return group.waived, ("must", "should", "may", "observe").index(group.row.entry.level)
