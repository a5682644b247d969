"""The knobs: unknown behaviour of the real services, as settings. `--list-knobs` prints them."""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from difflib import get_close_matches

import harness.sandbox
from harness.sandbox.reach import Calls, InPassing, Passing


@dataclass(frozen=True)
class Knob:
    """One open question. `values` are the possible answers; an empty tuple means a whole number of 1 or more."""

    name: str
    values: tuple[str, ...]
    default: str
    text: str
    source: str
    service: str = ""
    """The service whose answers it changes: the folder that it was found in."""

    def accepts(self, value: str) -> bool:
        return value in self.values if self.values else value.isdecimal() and int(value) > 0

    @property
    def choices(self) -> str:
        return "|".join(self.values) or "a whole number"


class UnknownKnobError(Exception):
    """There is no such knob or value; the text suggests similar ones."""


Knobs = Mapping[str, str]

_MEANWHILE: ContextVar[Mapping[str, str]] = ContextVar("knobs turned for this call", default={})  # noqa: B039 - never changed
_READ: ContextVar[set[str] | None] = ContextVar("knobs read by this call", default=None)


@contextmanager
def turned_meanwhile(values: Mapping[str, str]) -> Iterator[None]:
    """Sets these knobs for the call that is being handled, overriding all other settings."""
    before = _MEANWHILE.set({**_MEANWHILE.get(), **values})
    try:
        yield
    finally:
        _MEANWHILE.reset(before)


@contextmanager
def knobs_of_a_call() -> Iterator[set[str]]:
    """Begins a call with no knob turned for it, and collects the names of the knobs that are read.

    A call with a large body leaves its context to its connection, because asyncio resumes reading in it: the knobs that
    were turned for that call would stay turned for the later ones.
    """
    read: set[str] = set()
    before, turned_before = _READ.set(read), _MEANWHILE.set({})
    try:
        yield read
    finally:
        _MEANWHILE.reset(turned_before)
        _READ.reset(before)


class TurnedKnobs(Mapping[str, str]):
    """Every knob with its current value, while the sandbox runs.

    Settings for some calls only are in `passing`: reading a knob's value counts the call as one that it touches.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = dict(values)
        self.passing = InPassing()

    def __getitem__(self, name: str) -> str:
        read = _READ.get()
        if read is not None:
            read.add(name)
        if name in (meanwhile := _MEANWHILE.get()):
            return meanwhile[name]
        value = self._values[name]
        shown = self.passing.value_of(("knob", name))
        return shown if isinstance(shown, str) else value

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def turn(self, values: Mapping[str, str]) -> None:
        """Sets these knobs, all or none; raises UnknownKnobError."""
        checked = turned(f"{name}={value}" for name, value in values.items())
        self._values.update({name: checked[name] for name in values})

    def turn_in_passing(self, name: str, value: str, calls: Calls) -> Passing:
        """Sets one knob for some calls; raises UnknownKnobError."""
        turned([f"{name}={value}"])
        return self.passing.add(("knob", name), value, calls)


class OtherKnobs(Mapping[str, str]):
    """The same knobs with some fixed at other values, whatever is turned later."""

    def __init__(self, knobs: Knobs, others: Mapping[str, str]) -> None:
        self._knobs = knobs
        self._others = others

    def __getitem__(self, name: str) -> str:
        return self._others[name] if name in self._others else self._knobs[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._knobs)

    def __len__(self) -> int:
        return len(self._knobs)


def all_knobs() -> tuple[Knob, ...]:
    """Every knob from the modules named `knobs` in this package, sorted by name."""
    found: list[Knob] = []
    for module in pkgutil.walk_packages(harness.sandbox.__path__, "harness.sandbox."):
        if module.name.endswith(".knobs") and module.name != __name__:
            service = module.name.split(".")[-2]
            found += [replace(knob, service=service) for knob in importlib.import_module(module.name).KNOBS]
    return tuple(sorted(found, key=lambda knob: knob.name))


def turned(settings: Iterable[str]) -> TurnedKnobs:
    """Every knob's value, after applying settings of the form NAME=VALUE; raises UnknownKnobError."""
    knobs = {knob.name: knob for knob in all_knobs()}
    values = {name: knob.default for name, knob in knobs.items()}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if name not in knobs:
            near = get_close_matches(name, knobs, n=3, cutoff=0.4)
            hint = f"Did you mean {' or '.join(near)}?" if near else "`--list-knobs` lists them."
            raise UnknownKnobError(f"there is no knob {name!r}. {hint}")
        if not equals or not knobs[name].accepts(value):
            raise UnknownKnobError(f"knob {name}: {value!r} is not one of its values. Use {knobs[name].choices}.")
        values[name] = value
    return TurnedKnobs(values)
