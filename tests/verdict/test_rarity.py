"""How rare a fault a run can still see, by the rule of three."""

import pytest

from harness.verdict.model import RequirementStatus
from harness.verdict.rarity import rarest_seen, seen_when_rare


@pytest.mark.parametrize(
    ("looks", "one_in"), [(0, 0), (1, 1), (2, 1), (3, 1), (4, 1), (5, 2), (13, 4), (14, 5), (30, 10), (300, 100)]
)
def test_the_more_looks_the_rarer_the_fault_that_shows(looks, one_in):
    assert rarest_seen(looks) == one_in
    if one_in > 1:
        assert 1 - (1 - 1 / one_in) ** looks >= 0.95 > 1 - (1 - 1 / (one_in + 1)) ** looks


def entry(status: str, judged: int, scenarios: int) -> RequirementStatus:
    names = [f"test_{number}" for number in range(scenarios)]
    return RequirementStatus(
        id="KOB-1", api="kob", level="must", actor="server", status=status, scenarios=names, judged=judged
    )


def test_only_what_passed_counts_and_a_scenario_is_a_look_as_well():
    entries = [entry("passed", 14, 1), entry("passed", 0, 14), entry("passed", 0, 2), entry("failed", 90, 1)]

    assert seen_when_rare(entries) == (2, 3)
