"""What a run asks once, asked again by a thorough run: the scenarios of other modules, about one after the other."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType

import pytest
from _pytest.mark import ParameterSet

TIMES = 13
"""With the one of the ordinary run, nineteen of twenty faults of a call in five show."""


def scenarios_of(theme: ModuleType) -> Mapping[str, Callable[..., object]]:
    """The scenarios of a module, by name."""
    return {name: value for name, value in vars(theme).items() if name.startswith("test_")}


def in_turns(numbers: Sequence[str], times: int) -> list[ParameterSet]:
    """So many turns, each about the next of them; none where there is nobody."""
    asked_about = itertools.islice(itertools.cycle(numbers), times)
    return [pytest.param(number, id=f"turn {turn}") for turn, number in enumerate(asked_about)]


def ask_about(metafunc: pytest.Metafunc, name: str, numbers: Sequence[object], nobody: str) -> None:
    """Gives a scenario each of these in turn; `nobody` says why it is not testable where there are none."""
    none = pytest.param("", id="none", marks=pytest.mark.not_testable(nobody))
    metafunc.parametrize(name, numbers or [none])
