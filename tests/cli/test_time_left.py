"""The time left is shown in words, estimated from the time so far."""

import pytest

from harness.cli._time_left import time_left


@pytest.mark.parametrize(
    ("passed", "done", "total", "expected"),
    [
        (10.0, 1, 5, "about 40 s left"),
        (10.0, 1, 10, "about 2 min left"),
        (0.1, 4, 5, "about 0 s left"),
        (3.0, 0, 5, ""),
        (30.0, 1, 761, ""),
        (3.0, 5, 5, ""),
        (3.0, 6, 5, ""),
    ],
)
def test_the_rest_goes_on_as_so_far(passed, done, total, expected):
    assert time_left(passed, done, total) == expected
