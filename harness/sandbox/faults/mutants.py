"""Mechanical mutants of good answers, without any knowledge of the domain.

A mutant is named by its kind, operation and member: `mutant:drop:krav:krav[].kravtype`. Kinds: `drop` a member,
`swap` its type, `negate` an amount, `shift` a date by a day, `repeat` an element of a list.

Changes that a conformant server may show too are not drawn; which those are, each API decides from what is published.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from harness.sandbox.faults.answer import Answer, Call
from harness.sandbox.faults.fault import NOTHING, Fault, Where
from harness.sandbox.faults.mutations import KINDS, changed_json, changed_xml, kinds_of

PREFIX = "mutant:"
Json = Any
Leeway = Callable[[str, str, str], bool]
"""Whether a good answer may be changed in this way and still keep the contract: by operation, path and kind."""


def mutant(api: str, name: str) -> Fault | None:
    """The mutant of that name, or None."""
    parts = name.split(":")
    if len(parts) != 4 or f"{parts[0]}:" != PREFIX or parts[1] not in KINDS or not parts[2]:
        return None
    _, key, operation, path = parts
    kind = KINDS[key]

    def corrupt(answer: Answer, call: Call) -> Answer:  # noqa: ARG001 - one signature for all
        if answer.is_json:
            return answer.with_json(changed_json(answer.json(), kind, path))
        return answer.with_body(changed_xml(answer.body, kind, path)) if answer.is_xml else answer

    text = f"In good answers of {operation}, {path} {kind.told}."
    return Fault(name, text, NOTHING, api, "mutants", Where((operation,), (200,)), corrupt=corrupt, of_body=True)


@dataclass
class Shapes:
    """The members seen in good JSON answers of each operation, with the kinds of mutant that apply to them."""

    seen: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    def add(self, operation: str, body: Json) -> None:
        for path, value in _members(body, ""):
            self.seen.setdefault((operation, path), set()).update(kinds_of(value))

    def chosen(self, number: int, seed: int, allowed: Leeway) -> list[str]:
        """Names of mutants drawn by seed, evenly spread over the kinds, without changes that are allowed."""
        draw = random.Random(f"mutants/{seed}")  # noqa: S311 - not for secrets
        by_kind = {kind: self._names(kind, allowed) for kind in KINDS}
        for names in by_kind.values():
            draw.shuffle(names)
        chosen: list[str] = []
        while len(chosen) < number and any(by_kind.values()):
            chosen += [names.pop() for names in by_kind.values() if names]
        return sorted(chosen[:number])

    def _names(self, kind: str, allowed: Leeway) -> list[str]:
        return [
            f"{PREFIX}{kind}:{operation}:{path}"
            for (operation, path), kinds in sorted(self.seen.items())
            if kind in kinds and not allowed(operation, path, kind)
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
