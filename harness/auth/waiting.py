"""How a slow operation is waited for."""

from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")


class Wait(Protocol):
    """Returns the result of a slow operation, or raises what it raises. Other work may go on meanwhile."""

    def __call__(self, answer: Callable[[], T], /) -> T: ...


def simply(answer: Callable[[], T]) -> T:
    """Waits and blocks everything else meanwhile."""
    return answer()
