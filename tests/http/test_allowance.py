"""The user's own limits hold across all processes of a run."""

import subprocess
import sys

import pytest

from harness.http.allowance import Allowance, BudgetSpentError

SPENDER = """
import sys
from pathlib import Path
from harness.http.allowance import Allowance, BudgetSpentError
taken = 0
try:
    while True:
        Allowance(Path(sys.argv[1]), Path(sys.argv[1]), None, 20).take()
        taken += 1
except BudgetSpentError:
    print(taken)
"""


def test_a_budget_is_spent_once_by_all_processes(tmp_path):
    command = [sys.executable, "-c", SPENDER, str(tmp_path)]
    spenders = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]

    assert sum(int(spender.communicate()[0]) for spender in spenders) == 20


def test_the_end_of_a_budget_says_how_to_mend_it(tmp_path):
    allowance = Allowance(tmp_path, tmp_path, budget=1)
    allowance.take()

    with pytest.raises(BudgetSpentError, match="the request budget of 1 is spent"):
        allowance.take()


def test_requests_keep_their_distance_also_between_processes(tmp_path):
    waits = []
    first, second = (
        Allowance(tmp_path, tmp_path, per_second=4, now=lambda: 1000.0, pause=waits.append) for _ in range(2)
    )

    for each in (first, second, first, second):
        each.take()

    assert waits == [0.25, 0.5, 0.75]


def test_a_pause_long_enough_is_no_debt(tmp_path):
    waits, times = [], iter([1000.0, 2000.0])
    allowance = Allowance(tmp_path, tmp_path, per_second=1, now=lambda: next(times), pause=waits.append)

    allowance.take()
    allowance.take()

    assert waits == []


def test_half_a_number_of_a_killed_process_counts_as_none(tmp_path):
    (tmp_path / "budget.json").write_text("")

    Allowance(tmp_path, tmp_path, budget=1).take()


def test_without_limits_nothing_is_kept(tmp_path):
    Allowance(tmp_path, tmp_path).take()

    assert list(tmp_path.iterdir()) == []
