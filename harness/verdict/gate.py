"""Compares a verdict with an earlier one: only changes for the worse fail."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from harness.contract.requirements import Level
from harness.verdict.levels import WORDS, failing
from harness.verdict.model import LEFT_OUT, NOT_SHOWN, UNTESTED, DeviationEntry, RequirementStatus, Verdict


@dataclass(frozen=True)
class Comparison:
    """What changed from baseline to candidate.

    A deviation is `fixed` if the candidate judged its requirement without finding it; if the requirement was not
    judged, it is `newly_untested`. `unwaived` deviations already existed, under a waiver that is no longer valid.
    """

    new: tuple[DeviationEntry, ...]
    unwaived: tuple[DeviationEntry, ...]
    still_there: tuple[DeviationEntry, ...]
    fixed: tuple[DeviationEntry, ...]
    newly_untested: tuple[RequirementStatus, ...]
    left_out: tuple[str, ...]
    """Requirements that the baseline judged and that were not selected for the candidate, a run of another part."""
    other_measures: tuple[str, ...]
    """Differences in what the two were judged by: an API's specifications, the version of this tool."""
    levels: Mapping[str, Level]
    grave: frozenset[str]
    """The levels that the candidate fails on."""

    @cached_property
    def worse(self) -> tuple[str, ...]:
        """One line for each change for the worse; any of them fails the gate."""
        return (
            *(f"new {self.word(entry)} {_name(entry)}" for entry in self.new if self._fails(entry)),
            *(f"no longer waived {_name(entry)}" for entry in self.unwaived if self._fails(entry)),
            *(f"{newly(entry)} {entry.id}" for entry in self.newly_untested if entry.level in self.grave),
        )

    def word(self, entry: DeviationEntry) -> str:
        """`deviation`, `warning` or `doubt`."""
        level = self.levels.get(entry.requirement, "must")
        return "observation" if level == "observe" else WORDS[level]

    def _fails(self, entry: DeviationEntry) -> bool:
        return entry.waived_by is None and self.levels.get(entry.requirement, "must") in self.grave


def newly(entry: RequirementStatus) -> str:
    """The state of a requirement that the baseline judged: `newly untested`, or `newly not shown` for a client's."""
    return f"newly {NOT_SHOWN}" if entry.standing == "not_shown" else "newly untested"


def compare(baseline: Verdict, candidate: Verdict) -> Comparison:
    """Compares two verdicts, deviations by fingerprint and requirements by id."""
    before, now = _by_fingerprint(baseline), _by_fingerprint(candidate)
    left_out = tuple(_left_out(baseline, candidate))
    status_now = {entry.id: entry.status for entry in candidate.requirements}
    gone = [entry for key, entry in before.items() if key not in now]
    common = [entry for key, entry in now.items() if key in before]
    unwaived = [e for e in common if e.waived_by is None and before[e.fingerprint].waived_by is not None]
    return Comparison(
        new=tuple(entry for key, entry in now.items() if key not in before),
        unwaived=tuple(unwaived),
        still_there=tuple(entry for entry in common if entry not in unwaived),
        fixed=tuple(entry for entry in gone if status_now.get(entry.requirement, "not_run") not in UNTESTED),
        newly_untested=tuple(e for e in _newly_untested(baseline, candidate) if e.id not in left_out),
        left_out=left_out,
        other_measures=tuple(_other_measures(baseline, candidate)),
        levels={entry.id: entry.level for entry in (*baseline.requirements, *candidate.requirements)},
        grave=failing(candidate.fail_on),
    )


def _by_fingerprint(verdict: Verdict) -> dict[str, DeviationEntry]:
    return {entry.fingerprint: entry for entry in verdict.deviations}


def _left_out(baseline: Verdict, candidate: Verdict) -> Iterable[str]:
    apis = {specification.api for specification in candidate.specs}
    asked = {entry.id: entry.reason != LEFT_OUT for entry in candidate.requirements}
    for entry in baseline.requirements:
        if entry.status not in UNTESTED and not asked.get(entry.id, entry.api in apis):
            yield entry.id


def _other_measures(baseline: Verdict, candidate: Verdict) -> Iterable[str]:
    """An API that only one of the two judged does not count: that run is of another part."""
    before, now = _pinned(baseline), _pinned(candidate)
    for api in sorted(before.keys() & now.keys()):
        if before[api] != now[api]:
            yield f"{api} {_in_words(before[api], now[api])}"
    if baseline.tool != candidate.tool:
        yield f"{baseline.tool.name} {baseline.tool.version} and {candidate.tool.name} {candidate.tool.version}"


def _pinned(verdict: Verdict) -> Mapping[str, Mapping[str, str]]:
    """The checksums of each API's specifications by version."""
    pinned: dict[str, dict[str, str]] = {}
    for specification in verdict.specs:
        pinned.setdefault(specification.api, {})[specification.version] = specification.sha256
    return pinned


def _in_words(before: Mapping[str, str], now: Mapping[str, str]) -> str:
    if before.keys() != now.keys():
        return f"{', '.join(before)} and {', '.join(now)}"
    changed = ", ".join(version for version in before if before[version] != now[version])
    return f"{changed} with different contents"


def _newly_untested(baseline: Verdict, candidate: Verdict) -> Iterable[RequirementStatus]:
    now = {entry.id: entry for entry in candidate.requirements}
    for entry in baseline.requirements:
        if entry.status in UNTESTED:
            continue
        if entry.id not in now:
            yield entry.model_copy(update={"status": "not_run", "reason": "the candidate does not know it"})
        elif now[entry.id].status in UNTESTED:
            yield now[entry.id]


def _name(entry: DeviationEntry) -> str:
    where = f" in {entry.operation}" if entry.operation else ""
    return f"{entry.requirement}{where} ({entry.fingerprint})"
