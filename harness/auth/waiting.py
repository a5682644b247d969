"""How something that takes its time is waited for."""

from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")


class Wait(Protocol):
    """Gives the result of something that takes its time, and raises what it raises. Others may go on meanwhile."""

    def __call__(self, answer: Callable[[], T], /) -> T: ...


def simply(answer: Callable[[], T]) -> T:
    """Waits, and lets nobody go on meanwhile."""
    return answer()
