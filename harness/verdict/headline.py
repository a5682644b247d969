"""The one line that sums up a run, and its colour."""

from collections.abc import Mapping
from typing import Literal

from harness.verdict.levels import FAIL_ON, FailOn, counted
from harness.verdict.model import Verdict

Tone = Literal["green", "amber", "red"]


def broken(verdict: Verdict) -> Mapping[FailOn, int]:
    """The number of requirements of each level that are broken and not waived."""
    failed = [entry.level for entry in verdict.requirements if entry.status == "failed"]
    return {level: failed.count(level) for level in FAIL_ON}


def tone(verdict: Verdict) -> Tone:
    """Green only if every testable requirement of level must was judged and none of any level is broken."""
    if verdict.verdict == "deviations":
        return "red"
    is_whole = verdict.coverage.is_complete and not any(e.status in {"failed", "waived"} for e in verdict.requirements)
    return "green" if verdict.verdict == "conformant" and is_whole else "amber"


def headline(verdict: Verdict) -> str:
    """The conclusion in words, with numbers of requirements: those broken, by level, and those judged.

    `Conformant`, `Conformant as far as judged: 225 of 487, 3 warnings, 2 doubts`, `Not conformant: 1 deviation`.
    """
    share = verdict.coverage
    extent = f"{share.judged} of {share.total}"
    found = [counted(number, level) for level, number in broken(verdict).items() if number]
    waived = sum(entry.status == "waived" for entry in verdict.requirements)
    found += [f"{waived} waived"] if waived else []
    if verdict.verdict == "deviations":
        return f"Not conformant: {', '.join(found)}"
    if verdict.verdict == "inconclusive":
        return ", ".join([f"Inconclusive: {extent} judged", *found])
    start = "Conformant" if share.is_complete else f"Conformant as far as judged: {extent}"
    return ", ".join([start, *found])
