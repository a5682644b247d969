"""The knobs: what nobody outside knows of the real services, made a choice. `--list-knobs` prints them."""

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

import harness.sandbox


@dataclass(frozen=True)
class Knob:
    """One open question. `values` are the answers; an empty tuple stands for a whole number of 1 or more."""

    name: str
    values: tuple[str, ...]
    default: str
    text: str
    source: str

    def accepts(self, value: str) -> bool:
        return value in self.values if self.values else value.isdecimal() and int(value) > 0

    @property
    def choices(self) -> str:
        return "|".join(self.values) or "a whole number"


class UnknownKnobError(Exception):
    """A knob or a value that does not exist; the text says which are near."""


Knobs = Mapping[str, str]


class TurnedKnobs(dict[str, str]):
    """Every knob with its value; whoever holds it sees immediately what is turned while the sandbox runs."""

    def turn(self, values: Mapping[str, str]) -> None:
        """Puts these knobs at these values, all or none; raises UnknownKnobError."""
        checked = turned(f"{name}={value}" for name, value in values.items())
        self.update({name: checked[name] for name in values})


def all_knobs() -> tuple[Knob, ...]:
    """Every knob, from the modules called `knobs` below this package, sorted by name."""
    found: list[Knob] = []
    for module in pkgutil.walk_packages(harness.sandbox.__path__, "harness.sandbox."):
        if module.name.endswith(".knobs") and module.name != __name__:
            found += importlib.import_module(module.name).KNOBS
    return tuple(sorted(found, key=lambda knob: knob.name))


def turned(settings: Iterable[str]) -> TurnedKnobs:
    """Every knob's value after settings of the form NAME=VALUE; raises UnknownKnobError."""
    knobs = {knob.name: knob for knob in all_knobs()}
    values = TurnedKnobs({name: knob.default for name, knob in knobs.items()})
    for setting in settings:
        name, equals, value = setting.partition("=")
        if name not in knobs:
            near = get_close_matches(name, knobs, n=3, cutoff=0.4)
            hint = f"Did you mean {' or '.join(near)}?" if near else "`--list-knobs` lists them."
            raise UnknownKnobError(f"no knob is called {name!r}. {hint}")
        if not equals or not knobs[name].accepts(value):
            raise UnknownKnobError(f"knob {name}: {value!r} is none of its values. It takes {knobs[name].choices}.")
        values[name] = value
    return values
