"""Keeps what a generated request showed first, however the service answers when hypothesis repeats it."""

from collections.abc import Callable
from typing import Any


def keeping_first_failure(send: Callable[[Any], None]) -> Callable[[Any], None]:
    """`send`, except that once it has raised, it is never called again: each further call raises the same.

    Hypothesis repeats what failed, and reports it as flaky if it then succeeds. A service that fails once in a while
    has failed all the same, and the repetition would be one more call.
    """
    failures: list[BaseException] = []

    def send_until_it_fails(value: Any) -> None:  # noqa: ANN401 - whatever was generated
        if failures:
            raise failures[0]
        try:
            send(value)
        except BaseException as failure:
            failures.append(failure)
            raise

    return send_until_it_fails
