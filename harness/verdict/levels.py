"""What a broken requirement is called and how grave it is, by its level."""

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

FailOn = Literal["must", "should", "may"]

FAIL_ON: Sequence[FailOn] = get_args(FailOn)
"""From the gravest level down; a run fails on the one that was asked for and on those before it."""

WORDS: Mapping[FailOn, str] = {"must": "deviation", "should": "warning", "may": "doubt"}
"""What a broken requirement of a level is called."""


def failing(fail_on: FailOn) -> frozenset[str]:
    """The levels at which a broken requirement fails a run."""
    return frozenset(FAIL_ON[: FAIL_ON.index(fail_on) + 1])


def strictest(asked: Sequence[FailOn]) -> FailOn:
    """The one of several wishes that fails on most."""
    return max(asked, key=FAIL_ON.index)


def counted(number: int, level: FailOn) -> str:
    """`1 warning`, `2 doubts`."""
    return f"{number} {WORDS[level]}{'' if number == 1 else 's'}"
