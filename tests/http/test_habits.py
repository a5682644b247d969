"""Answers that are always truncated in some places, and nowhere else, are the service's fault.

All other truncation is the network's.
"""

import pytest

from harness.http.habits import Habits

A, B, OTHER = ("opprett", 422), ("valider", 422), ("opprett", 201)


@pytest.mark.parametrize(
    ("seen", "is_own"),
    [
        ({(A, False): 3, (OTHER, True): 3}, True),
        ({(A, False): 3, (B, False): 1, (OTHER, True): 3}, True),
        ({(A, False): 2, (OTHER, True): 30}, False),
        ({(A, False): 3, (OTHER, True): 2}, False),
        ({(A, False): 30, (A, True): 1, (OTHER, True): 30}, False),
        ({(A, False): 30, (OTHER, True): 30, (OTHER, False): 1}, False),
        ({(A, False): 30, (B, False): 30}, False),
    ],
)
def test_a_habit_is_what_happens_every_time_in_some_places_and_never_elsewhere(seen, is_own):
    habits = Habits()
    for (kind, is_whole), times in seen.items():
        for _ in range(times):
            habits.note(kind, is_whole=is_whole)

    assert habits.is_own(A) is is_own
