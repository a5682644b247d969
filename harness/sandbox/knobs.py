"""The knobs: what nobody outside knows of the real services, made a choice. `--list-knobs` prints them."""

import importlib
import itertools
import pkgutil
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
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
    service: str = ""
    """The service whose answers it changes: the name of the folder that it was found in."""

    def accepts(self, value: str) -> bool:
        return value in self.values if self.values else value.isdecimal() and int(value) > 0

    @property
    def choices(self) -> str:
        return "|".join(self.values) or "a whole number"


class UnknownKnobError(Exception):
    """A knob or a value that does not exist; the text says which are near."""


Knobs = Mapping[str, str]


@dataclass
class PassingTurn:
    """A knob at another value for the next `times` calls of its service (None: for all), or for one client alone."""

    number: int
    knob: Knob
    value: str
    times: int | None
    client: str
    met: int = field(default=0)

    @property
    def is_over(self) -> bool:
        return self.times is not None and self.met >= self.times

    def as_json(self) -> dict[str, object]:
        left = None if self.times is None else self.times - self.met
        return {
            "id": self.number,
            "name": self.knob.name,
            "value": self.value,
            "client": self.client,
            "met": self.met,
            "left": left,
        }


_THIS_CALL: ContextVar[Mapping[str, str]] = ContextVar("knobs of this call", default={})  # noqa: B039 - never changed
_READ: ContextVar[set[str] | None] = ContextVar("knobs that were read", default=None)


def turn_for_this_call(values: Mapping[str, str]) -> None:
    """Puts these knobs at these values for the call that is being handled; a passing turn goes before."""
    _THIS_CALL.set({**values, **_THIS_CALL.get()})


@contextmanager
def reading_noted() -> Iterator[set[str]]:
    """The names of the knobs that are read meanwhile, on behalf of the call that is being handled."""
    read: set[str] = set()
    before = _READ.set(read)
    try:
        yield read
    finally:
        _READ.reset(before)


class TurnedKnobs(Mapping[str, str]):
    """Every knob with its value; whoever holds it sees immediately what is turned while the sandbox runs.

    What a passing turn says counts for the calls that it is for, and for nothing else that goes on meanwhile.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = dict(values)
        self._numbers = itertools.count(1)
        self.passing: list[PassingTurn] = []

    def __getitem__(self, name: str) -> str:
        read = _READ.get()
        if read is not None:
            read.add(name)
        return _THIS_CALL.get().get(name) or self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def turn(self, values: Mapping[str, str]) -> None:
        """Puts these knobs at these values, all or none; raises UnknownKnobError."""
        checked = turned(f"{name}={value}" for name, value in values.items())
        self._values.update({name: checked[name] for name in values})

    def turn_in_passing(self, name: str, value: str, times: int | None, client: str) -> PassingTurn:
        """Turns one knob for some calls; raises UnknownKnobError."""
        turned([f"{name}={value}"])
        knob = next(knob for knob in all_knobs() if knob.name == name)
        added = PassingTurn(next(self._numbers), knob, value, times, client)
        self.passing.append(added)
        return added

    def take_call(self, services: Container[str], client: str) -> None:
        """Puts the knobs where the call that is being handled wants them; every turn that it is for counts it."""
        taking = [
            each
            for each in self.passing
            if not each.is_over and each.knob.service in services and each.client in {"", client}
        ]
        for each in taking:
            each.met += 1
        _THIS_CALL.set({each.knob.name: each.value for each in taking})


def all_knobs() -> tuple[Knob, ...]:
    """Every knob, from the modules called `knobs` below this package, sorted by name."""
    found: list[Knob] = []
    for module in pkgutil.walk_packages(harness.sandbox.__path__, "harness.sandbox."):
        if module.name.endswith(".knobs") and module.name != __name__:
            service = module.name.split(".")[-2]
            found += [replace(knob, service=service) for knob in importlib.import_module(module.name).KNOBS]
    return tuple(sorted(found, key=lambda knob: knob.name))


def turned(settings: Iterable[str]) -> TurnedKnobs:
    """Every knob's value after settings of the form NAME=VALUE; raises UnknownKnobError."""
    knobs = {knob.name: knob for knob in all_knobs()}
    values = {name: knob.default for name, knob in knobs.items()}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if name not in knobs:
            near = get_close_matches(name, knobs, n=3, cutoff=0.4)
            hint = f"Did you mean {' or '.join(near)}?" if near else "`--list-knobs` lists them."
            raise UnknownKnobError(f"there is no knob {name!r}. {hint}")
        if not equals or not knobs[name].accepts(value):
            raise UnknownKnobError(f"knob {name}: {value!r} is not one of its values. It takes {knobs[name].choices}.")
        values[name] = value
    return TurnedKnobs(values)
