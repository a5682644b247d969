"""What each recorded answer shows on its own."""

import pytest

from harness.suite.markers import recorded


@recorded
@pytest.mark.first
def test_every_answer_is_judged(bench, api):
    """Each recorded answer is judged by the checks."""
    assert bench.traffic() != []
