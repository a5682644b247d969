"""Mechanical mutants of good JSON answers, which know nothing of the domain.

A mutant is named by what it does, where, and to what: `mutant:drop:krav:krav[].kravtype`. Kinds: `drop` a member,
`swap` its type, `negate` an amount, `shift` a date by a day, `repeat` an element of a list.
"""

import datetime
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.sandbox.faults.answer import Answer, Call
from harness.sandbox.faults.fault import NOTHING, Fault, Where

PREFIX = "mutant:"
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
Json = Any


def _drop(holder: dict[str, Json], name: str) -> None:
    del holder[name]


def _swap(holder: dict[str, Json], name: str) -> None:
    value = holder[name]
    holder[name] = [value] if isinstance(value, str | dict) else str(value)


def _negate(holder: dict[str, Json], name: str) -> None:
    if isinstance(holder[name], int | float) and not isinstance(holder[name], bool):
        holder[name] = -holder[name] or 0.0


def _shift(holder: dict[str, Json], name: str) -> None:
    if isinstance(holder[name], str) and DATE.match(holder[name]):
        day = datetime.date.fromisoformat(holder[name]) + datetime.timedelta(days=1)
        holder[name] = day.isoformat()


def _repeat(holder: dict[str, Json], name: str) -> None:
    if isinstance(holder[name], list) and holder[name]:
        holder[name] = [*holder[name], holder[name][-1]]


KINDS: dict[str, Callable[[dict[str, Json], str], None]] = {
    "drop": _drop,
    "swap": _swap,
    "negate": _negate,
    "shift": _shift,
    "repeat": _repeat,
}


def mutant(api: str, name: str) -> Fault | None:
    """The mutant of that name; None where the name is none's."""
    parts = name.split(":")
    if len(parts) != 4 or f"{parts[0]}:" != PREFIX or parts[1] not in KINDS or not parts[2]:
        return None
    _, kind, operation, path = parts

    def corrupt(answer: Answer, call: Call) -> Answer:  # noqa: ARG001 - one signature for all
        if not answer.is_json:
            return answer
        body = answer.json()
        for holder, member in holders(body, path.split(".")):
            KINDS[kind](holder, member)
        return answer.with_json(body)

    text = f"Mechanical: {kind} {path} of {operation}."
    return Fault(name, text, NOTHING, api, "mutants", Where((operation,), (200,)), corrupt=corrupt, of_body=True)


def holders(node: Json, path: Sequence[str]) -> Iterator[tuple[dict[str, Json], str]]:
    """Every object with the member that a path ends in; a name that ends in [] stands for every element of a list."""
    name = path[0].removesuffix("[]")
    if not isinstance(node, dict) or name not in node:
        return
    if len(path) == 1:
        yield node, name
        return
    value = node[name]
    for child in value if isinstance(value, list) else [value]:
        yield from holders(child, path[1:])


@dataclass
class Shapes:
    """Which members the good JSON answers of each operation had, with the kinds of mutant that fit them."""

    seen: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    def add(self, operation: str, body: Json) -> None:
        for path, value in _members(body, ""):
            kinds = self.seen.setdefault((operation, path), {"drop", "swap"})
            if isinstance(value, list):
                kinds.add("repeat")
            elif isinstance(value, float | int) and not isinstance(value, bool) and value:
                kinds.add("negate")
            elif isinstance(value, str) and DATE.match(value):
                kinds.add("shift")

    def chosen(self, number: int, seed: int) -> list[str]:
        """Names of mutants, as many of each kind as can be, drawn by seed."""
        draw = random.Random(f"mutants/{seed}")  # noqa: S311 - no secret
        by_kind = {kind: self._names(kind) for kind in KINDS}
        for names in by_kind.values():
            draw.shuffle(names)
        chosen: list[str] = []
        while len(chosen) < number and any(by_kind.values()):
            chosen += [names.pop() for names in by_kind.values() if names]
        return sorted(chosen[:number])

    def _names(self, kind: str) -> list[str]:
        return [
            f"{PREFIX}{kind}:{operation}:{path}"
            for (operation, path), kinds in sorted(self.seen.items())
            if kind in kinds
        ]


def _members(node: Json, prefix: str) -> Iterator[tuple[str, Json]]:
    if isinstance(node, list):
        for child in node:
            yield from _members(child, prefix)
    elif isinstance(node, dict):
        for name, value in node.items():
            path = f"{prefix}.{name}" if prefix else name
            yield path, value
            yield from _members(value, f"{path}[]" if isinstance(value, list) else path)
