"""What a broken requirement is called and how severe it is, by its level."""

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

from harness.display import quantity

FailOn = Literal["must", "should", "may"]

FAIL_ON: Sequence[FailOn] = get_args(FailOn)
"""From the most severe level down; a run fails on the configured level and on those before it."""

WORDS: Mapping[FailOn, str] = {"must": "deviation", "should": "warning", "may": "doubt"}
"""The word for a broken requirement of each level."""


def failing(fail_on: FailOn) -> frozenset[str]:
    """The levels at which a broken requirement fails a run."""
    return frozenset(FAIL_ON[: FAIL_ON.index(fail_on) + 1])


def strictest(asked: Sequence[FailOn]) -> FailOn:
    """The strictest of several settings: the one that fails on most levels."""
    return max(asked, key=FAIL_ON.index)


def counted(number: int, level: FailOn) -> str:
    """`1 warning`, `2 doubts`."""
    return quantity(number, WORDS[level])
