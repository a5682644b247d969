"""How rare a fault a run can still see.

A requirement judged once reveals only a fault in every call; judged n times, it reveals with 95 % confidence a fault in
one call in about n/3 (the rule of three: 1 - (1 - share)^n >= 0.95).
"""

import math
from collections.abc import Iterable

from harness.verdict.model import RequirementStatus

CERTAINTY = 0.95
ONE_IN = 5
"""The rare fault used to sum up a run: one that affects one call in five."""


def rarest_seen(looks: int) -> int:
    """The n in "one call in n" of the rarest fault seen by this many looks; 1 is every call, 0 means no looks."""
    return math.floor(1 / (1 - (1 - CERTAINTY) ** (1 / looks))) if looks else 0


def looks_at(entry: RequirementStatus) -> int:
    """How often a requirement was judged: each exchange judged by a check, else each scenario, is one look."""
    return max(entry.judged, len(entry.scenarios))


def seen_when_rare(entries: Iterable[RequirementStatus]) -> tuple[int, int]:
    """How many passed requirements would have revealed a fault in one call in five, and how many passed."""
    passed = [entry for entry in entries if entry.status == "passed"]
    return sum(rarest_seen(looks_at(entry)) >= ONE_IN for entry in passed), len(passed)
