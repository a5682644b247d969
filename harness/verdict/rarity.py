"""How rare a fault a run can still see.

What was judged once shows only a fault of every call; what was judged n times shows, with a certainty of 95 %, a fault
that meets one call in about n/3 (the rule of three: 1 - (1 - share)^n >= 0.95).
"""

import math
from collections.abc import Iterable

from harness.verdict.model import RequirementStatus

CERTAINTY = 0.95
ONE_IN = 5
"""The rare fault that a run is summed up by: one that meets one call in five."""


def rarest_seen(looks: int) -> int:
    """One call in how many a fault must meet at least, to be seen by so many looks; 1 is every call, 0 no look."""
    return math.floor(1 / (1 - (1 - CERTAINTY) ** (1 / looks))) if looks else 0


def looks_at(entry: RequirementStatus) -> int:
    """How often a requirement was judged: each exchange that a check judged, else each scenario, is one look."""
    return max(entry.judged, len(entry.scenarios))


def seen_when_rare(entries: Iterable[RequirementStatus]) -> tuple[int, int]:
    """Of the requirements that passed, how many would have shown a fault of one call in five; and how many passed."""
    passed = [entry for entry in entries if entry.status == "passed"]
    return sum(rarest_seen(looks_at(entry)) >= ONE_IN for entry in passed), len(passed)
