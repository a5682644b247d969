"""Repeats scenarios of other modules in a thorough run, about one party after the other."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType

import pytest
from _pytest.mark import ParameterSet

TIMES = 13
"""Together with the one in an ordinary run, this finds 19 of 20 faults that affect one call in five."""


def scenarios_of(theme: ModuleType) -> Mapping[str, Callable[..., object]]:
    """The scenarios of a module, by name."""
    return {name: value for name, value in vars(theme).items() if name.startswith("test_")}


def in_turns(numbers: Sequence[str], times: int) -> list[ParameterSet]:
    """`times` turns, each about the next of these parties; none if there are no parties."""
    asked_about = itertools.islice(itertools.cycle(numbers), times)
    return [pytest.param(number, id=f"turn {turn}") for turn, number in enumerate(asked_about)]


def ask_about(metafunc: pytest.Metafunc, name: str, numbers: Sequence[object], nobody: str) -> None:
    """Parametrises a scenario with these values; if there are none, `nobody` says why it is not testable."""
    none = pytest.param("", id="none", marks=pytest.mark.not_testable(nobody))
    metafunc.parametrize(name, numbers or [none])
