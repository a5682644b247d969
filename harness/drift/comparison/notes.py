"""Changes that do not affect what schemas accept: notes on a pair of schemas and on the pairs below it."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from harness.drift.comparison.budget import Budget
from harness.drift.rules import Note, Registry
from harness.drift.schemas.examples import Examples
from harness.drift.schemas.places import Site
from harness.drift.schemas.shapes import Schema, Shape, Shapes, TooManyAlternativesError


@dataclass(eq=False)
class _Pair:
    """Two matching schemas: the rules' notes on them, and the pairs of their members and elements."""

    notes: list[tuple[str, Note]]
    below: list[tuple[str, tuple[Schema, Schema]]]


class Notes:
    def __init__(
        self,
        shapes: Shapes,
        make: Examples,
        same: Callable[[Schema, Schema], bool],
        rules: Registry,
        accept_the_same: Callable[[Schema, Schema], bool],
        budget: Budget,
    ) -> None:
        self._shapes, self._make, self._same, self._rules, self._budget = shapes, make, same, rules, budget
        self._accept_the_same = accept_the_same
        self._known: dict[tuple[Schema, Schema], _Pair] = {}

    def of(self, old: Schema, new: Schema) -> Iterator[tuple[tuple[str, ...], str, Note]]:
        """Every note on a pair and on the pairs below it, with the shortest path to it."""
        met = {(old, new)}
        waiting: deque[tuple[tuple[str, ...], tuple[Schema, Schema]]] = deque([((), (old, new))])
        while waiting:
            path, pair = waiting.popleft()
            if self._same(*pair):
                continue
            known = self._pair(*pair)
            yield from ((path, rule, note) for rule, note in known.notes)
            for step, inner in known.below:
                if inner not in met:
                    met.add(inner)
                    waiting.append(((*path, step), inner))

    def _pair(self, old: Schema, new: Schema) -> _Pair:
        key = old, new
        if key not in self._known:
            self._budget.check()
            notes = [
                (rule, note)
                for rule, check in self._rules.notes.items()
                for note in check(old, new, self._shapes)
                if not note.same_payloads or self._accept_the_same(old, new)
            ]
            try:
                below = list(_below(self._shapes.of(old), self._shapes.of(new)))
            except TooManyAlternativesError:
                below = []
            self._known[key] = _Pair(notes, below)
        return self._known[key]

    def around(self, site: Site, path: tuple[str, ...], note: Note) -> Callable[[], Iterator[Any]]:
        """Whole payloads of either side with the note's values at a path."""

        def inner() -> Iterator[Any]:
            return note.values(self._make) if note.values is not None else iter(())

        def values() -> Iterator[Any]:
            for schema in (site.old, site.new):
                yield from islice(_around(self._make, schema, path, inner), 20)

        return values


def _below(mine: Sequence[Shape], theirs: Sequence[Shape]) -> Iterator[tuple[str, tuple[Schema, Schema]]]:
    for a, b in _alike(mine, theirs):
        inner = [(name, (a.at(name), b.at(name))) for name in a.properties if name in b.properties]
        inner.append(("*", (a.at("*"), b.at("*"))))
        if a.type == "array":
            inner = [("[]", (a.item(i), b.item(i))) for i in range(max(a.tuple_length, b.tuple_length) + 1)]
        yield from ((step, pair) for step, pair in inner if pair[0] and pair[1])


def _alike(mine: Sequence[Shape], theirs: Sequence[Shape]) -> Iterator[tuple[Shape, Shape]]:
    """Each alternative with the most similar one of the other side: by name, by members, by position."""
    for kind in ("object", "array"):
        left, right = ([shape for shape in side if shape.type == kind] for side in (mine, theirs))
        for index, one in enumerate(left):
            if right:
                likeness = [(_likeness(one, other), place == index) for place, other in enumerate(right)]
                yield one, right[likeness.index(max(likeness))]


def _likeness(one: Shape, other: Shape) -> float:
    names, others = one.properties.keys(), other.properties.keys()
    shared = len(names & others) / len(names | others) if names or others else 1
    return shared + (2 if one.name and one.name == other.name else 0) + (one.maps == other.maps)


def _around(make: Examples, schema: Schema, path: tuple[str, ...], inner: Callable[[], Iterator[Any]]) -> Iterator[Any]:
    """Payloads of a schema with the inner values at a path."""
    if not path:
        yield from inner()
        return
    step, rest = path[0], path[1:]
    try:
        alternatives = make.shapes.of(schema)
    except TooManyAlternativesError:
        return
    for shape in alternatives:
        if shape.type == "object" and not step.startswith("[") and (step in shape.properties or step == "*"):
            name = "x" if step == "*" else step
            for value in _around(make, shape.at(name), rest, inner):
                yield from islice(make.objects(shape, {name: value}), 1)
        elif shape.type == "array" and step.startswith("["):
            for value in _around(make, shape.item(0), rest, inner):
                yield [value]
