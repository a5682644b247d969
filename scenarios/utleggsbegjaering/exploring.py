"""Sends generated begjæringer until one fails."""

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy

EXAMPLES = 40


def send_each(strategy: SearchStrategy[Any], send: Callable[[Any], None], *, number: int) -> None:
    """Calls `send` with generated values, the same ones for the same seed; raises the first failure.

    Nothing is shrunk, because each attempt would be a call. Hypothesis repeats a failure, and reports it as flaky if it
    then succeeds; a service that fails only now and then has still failed, so the failure is kept.
    """
    failures: list[BaseException] = []

    def until_one_fails(value: Any) -> None:
        if failures:
            raise failures[0]
        try:
            send(value)
        except BaseException as failure:
            failures.append(failure)
            raise

    quiet = settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    seed(number)(quiet(given(strategy)(until_one_fails)))()
