"""Sends generated begjæringer until one fails."""

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy

from harness.suite.first_failure import keeping_first_failure

EXAMPLES = 40


def send_each(strategy: SearchStrategy[Any], send: Callable[[Any], None], *, number: int) -> None:
    """Calls `send` with generated values, the same ones for the same seed; raises what it raises first.

    Nothing is shrunk, because each attempt would be a call.
    """
    quiet = settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    seed(number)(quiet(given(strategy)(keeping_first_failure(send))))()
