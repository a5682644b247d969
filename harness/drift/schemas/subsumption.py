"""Does one schema accept all that another accepts? If not: because of which keyword, where, and which payloads show it.

Both schemas are taken as alternatives (`shapes`). Each alternative of the first must be within one of the second,
keyword by keyword. Payloads are those of a sender who follows the first document: members that it neither declares nor
requires are not sent, even if an open object would accept them (`demanded`). Schemas inside `not`, `contains` and the
like are compared for all payloads (`anything`).

Each pair of schemas is compared once, wherever it is used: differences of the two themselves are escapes, those of
their members and elements are steps to other pairs. `routes` finds the way from a place in a document to all escapes.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from harness.drift.schemas.escapes import Checks, Escape
from harness.drift.schemas.examples import Examples, beyond, fits, within
from harness.drift.schemas.shapes import Schema, Shape, Shapes, TooManyAlternativesError

MOST_INNER = 8  # payloads of a member that are tried in its object
Same = Callable[[Schema, Schema], bool]
Values = Callable[[], Iterator[Any]]
Around = Callable[[Values], Values]
Sent = Callable[[Shape, str], bool]
"""Whether senders may include a member that a shape does not declare."""


def demanded(shape: Shape, name: str) -> bool:
    """Only required members."""
    return name in shape.required


def anything(shape: Shape, name: str) -> bool:  # noqa: ARG001 - one signature for all
    """Any member."""
    return True


class Replayed:
    """Payloads that are built once, however often they are needed."""

    def __init__(self, values: Values) -> None:
        self._values = values
        self._built: list[Any] = []
        self._more: Iterator[Any] | None = None
        self._is_building = False

    def __call__(self) -> Iterator[Any]:
        """Yields those already built, then builds more; a nested call while building yields only those that exist."""
        if self._more is None:
            self._more = self._values()
        place = 0
        while True:
            if place == len(self._built) and not self._build():
                return
            yield self._built[place]
            place += 1

    def _build(self) -> bool:
        if self._is_building or self._more is None:
            return False
        self._is_building = True
        try:
            self._built.append(next(self._more))
        except StopIteration:
            return False
        finally:
            self._is_building = False
        return True


@dataclass(eq=False)
class Difference:
    """What one schema accepts and another refuses.

    `size` counts what is certain. `too_many` is the place of a schema with too many alternatives, which was not
    compared.
    """

    escapes: list[Escape] = field(default_factory=list)
    steps: list["Step"] = field(default_factory=list)
    size: int = 0
    too_many: str = ""
    done: bool = False

    @property
    def is_nothing(self) -> bool:
        return self.done and not (self.escapes or self.steps or self.too_many)

    def samples(self, depth: int = 3) -> Iterator[Any]:
        """Some payloads that one side should refuse."""
        for escape in self.escapes[:12]:
            yield from islice(escape.values(), 2)
        if depth:
            for step in self.steps[:12]:
                yield from islice(step.around(lambda step=step: step.inner.samples(depth - 1))(), 2)  # type: ignore[misc]


@dataclass(frozen=True, eq=False)
class Step:
    """A step from a pair of schemas to a pair of members or elements; `around` embeds inner payloads in outer ones."""

    label: str
    inner: Difference
    around: Around


@dataclass(frozen=True, eq=False)
class Route:
    """The way from a place in a document to an escape."""

    steps: tuple[Step, ...]
    escape: Escape

    @property
    def path(self) -> tuple[str, ...]:
        return (*(step.label for step in self.steps), *self.escape.path)

    def values(self) -> Iterator[Any]:
        """Whole payloads that should show the escape."""
        values: Values = self.escape.values
        for step in reversed(self.steps):
            values = step.around(values)
        return values()


def routes(start: Difference) -> Iterator[Route]:
    """The shortest way to each escape below a pair."""
    met = {id(start)}
    waiting: deque[tuple[tuple[Step, ...], Difference]] = deque([((), start)])
    while waiting:
        steps, here = waiting.popleft()
        for escape in here.escapes:
            yield Route(steps, escape)
        for step in here.steps:
            if id(step.inner) not in met:
                met.add(id(step.inner))
                waiting.append(((*steps, step), step.inner))


def not_compared(start: Difference) -> Iterator[str]:
    """The places below a pair that could not be compared."""
    met = {id(start)}
    waiting = [start]
    while waiting:
        here = waiting.pop()
        if here.too_many:
            yield here.too_many
        fresh = [step.inner for step in here.steps if id(step.inner) not in met]
        met.update(map(id, fresh))
        waiting += fresh


class Subsumption:
    """What `a` accepts and `b` refuses, for pairs of schemas of two documents in one direction."""

    def __init__(
        self,
        shapes: Shapes,
        same: Same,
        checks: Checks,
        make: Examples,
        pace: Callable[[], None],
        sent: Sent = demanded,
    ) -> None:
        self._sent = sent
        self._shapes, self._same, self._checks, self._make, self._pace = shapes, same, checks, make, pace
        self._known: dict[tuple[Schema, Schema], Difference] = {}
        self._sayings: dict[Shape, object] = {}

    def difference(self, a: Schema, b: Schema) -> Difference:
        """The difference between two schemas. Raises what `pace` raises; it is called once per pair of schemas."""
        key = a, b
        known = self._known.get(key)
        if known is not None:
            return known  # also for a pair that meets itself: schemas may be recursive
        found = self._known[key] = Difference()
        if a != b and not self._same(a, b):
            self._pace()
            try:
                self._fill(found, a, b)
            except TooManyAlternativesError:
                place = (b or a)[-1].location
                found.escapes, found.steps, found.size, found.too_many = [], [], 1, place
        found.done = True
        return found

    def escaping(self, a: Schema, b: Schema) -> Iterable[Any] | None:
        """Payloads of one schema that another may refuse; None if it refuses none."""
        found = self.difference(a, b)
        return None if found.is_nothing else found.samples()

    def _fill(self, found: Difference, a: Schema, b: Schema) -> None:
        mine, theirs = self._shapes.of(a), self._shapes.of(b)
        types = {shape.type for shape in theirs}
        lost = [shape for shape in mine if shape.type not in types]
        if lost:
            at = (b or a)[-1].resolved
            for check in self._checks.types.values():
                found.escapes += check(lost, theirs, mine, at, self._make)
        for shape in mine:
            same_type = [other for other in theirs if other.type == shape.type]
            if same_type:
                nearest = self._nearest(shape, same_type)
                found.escapes += nearest.escapes
                found.steps += nearest.steps
        if a:
            other = a[-1].resolved
            for escape in found.escapes:
                escape.other = escape.other or other
        found.steps = _merged(found.steps)
        found.size = _size(found)

    def _nearest(self, shape: Shape, others: Sequence[Shape]) -> Difference:
        """The difference between an alternative and the nearest other; empty if one of them accepts it all.

        If there are several, a payload must escape all of them: payloads that escape one are combined with those that
        escape the others. Alternatives that it escapes anyway, because of distinct enumerated values, do not count.
        """
        said = self._said(shape)
        if any(self._said(other) == said for other in others):
            return Difference()
        others = [other for other in others if not self._make.are_apart(shape, other)] or others
        by_name = [other for other in others if shape.name and other.name == shape.name]
        tried: list[Difference] = []
        for other in (*by_name, *(other for other in others if other not in by_name)):
            found = self._between(shape, other)
            if not found.size:
                return found
            tried.append(found)
        best = tried[0] if by_name else min(tried, key=lambda one: one.size)
        if len(tried) == 1:
            return best
        rest = [found for found in tried if found is not best]

        def escaping(values: Values) -> Values:
            return lambda: self._from_all(shape, others, values, rest)

        escapes = [replace(one, values=escaping(one.values)) for one in best.escapes]
        steps = [
            replace(one, around=lambda inner, around=one.around: escaping(around(inner)))  # type: ignore[misc]
            for one in best.steps
        ]
        return Difference(escapes, steps, best.size)

    def _said(self, shape: Shape) -> object:
        """Equal for alternatives of either document with the same meaning."""
        if shape not in self._sayings:
            parts = (shape.layers, shape.nots, shape.others, shape.beside)
            meanings = tuple(tuple(map(self._make.meaning, part)) for part in parts)
            self._sayings[shape] = shape.type, shape.integer, meanings
        return self._sayings[shape]

    def _from_all(
        self, shape: Shape, others: Sequence[Shape], values: Values, rest: Sequence[Difference]
    ) -> Iterator[Any]:
        own = list(islice(values(), 6))
        yield from own
        yield from islice(beyond(shape, others), 20)
        more = []
        for value in (value for one in rest[:12] for value in islice(one.samples(1), 4)):
            more.append(value)
            yield value
        if shape.type == "object":
            for value in own[:3]:
                if isinstance(value, dict):
                    yield from ({**value, **other} for other in more if isinstance(other, dict))

    def _between(self, a: Shape, b: Shape) -> Difference:
        found = Difference()
        for check in self._checks.shapes[a.type].values():
            for escape in check(a, b, self._make):
                escape.values = Replayed(escape.values)
                if a.finite is None or escape.rule == "enum":
                    found.escapes.append(escape)
                elif values := [value for value in a.finite if self._refused(escape, a, value)]:
                    found.escapes.append(replace(escape, values=lambda values=values: iter(values)))  # type: ignore[misc]
        if a.type == "object" and a.finite is None:
            found.steps += self._members(a, b)
        if a.type == "array" and a.finite is None:
            found.steps += self._elements(a, b)
        found.size = _size(found)
        return found

    def _refused(self, escape: Escape, shape: Shape, value: Any) -> bool:  # noqa: ANN401 - any JSON value
        """Whether the schema of an escape refuses one of the values that an alternative enumerates."""
        if escape.unwanted:
            return self._make.accepts(escape.at, value)
        layer = Shape(shape.type, (escape.at,), integer=escape.rule == "integer", mode=shape.mode)
        if shape.type == "number":
            return not within(layer, value)
        return shape.type != "string" or not fits(layer, value)

    def _members(self, a: Shape, b: Shape) -> Iterator[Step]:
        for name, schema in a.properties.items():
            theirs = b.at(name)
            if theirs and not any(node.value is False for node in (*schema, *theirs)):
                yield Step(name, self.difference(schema, theirs), self._as_member(a, b, name))
        for name in dict.fromkeys((*self._make.names(a), *self._make.names(b), *self._undeclared(a, b))):
            mine, theirs = a.at(name), b.at(name)
            if name in a.properties or not theirs or any(node.value is False for node in (*mine, *theirs)):
                continue
            if name in b.properties and not mine and not self._sent(a, name):
                continue  # a new property of an open object: nobody sent it before
            yield Step("*", self.difference(mine, theirs), self._as_member(a, b, name))

    def _undeclared(self, a: Shape, b: Shape) -> Iterator[str]:
        """The members that one side declares, and the other may have under another name or none."""
        for name in b.properties:
            if name not in a.properties and (a.maps or a.patterns or self._sent(a, name)):
                yield name

    def _as_member(self, a: Shape, b: Shape, name: str) -> Around:
        """Objects with this member: first ones that both sides otherwise accept, so that it shows one thing."""

        def around(inner: Values) -> Values:
            def values() -> Iterator[Any]:
                for value in islice(inner(), MOST_INNER):
                    for shape in (self._make.joined(a, b), a):
                        yield from islice(self._make.objects(shape, {name: value}), 1)

            return values

        return around

    def _elements(self, a: Shape, b: Shape) -> Iterator[Step]:
        most = a.least("maxItems")
        longest = max(a.tuple_length, b.tuple_length) + 1
        for index in range(min(longest, int(most.value) if most else longest)):
            mine, theirs = a.item(index), b.item(index)
            if not theirs or any(node.value is False for node in (*mine, *theirs)):
                continue
            label = "[]" if index == longest - 1 else f"[{index}]"
            yield Step(label, self.difference(mine, theirs), self._as_element(a, b, index))

    def _as_element(self, a: Shape, b: Shape, index: int) -> Around:
        def around(inner: Values) -> Values:
            def values() -> Iterator[Any]:
                for value in islice(inner(), MOST_INNER):
                    for shape in (self._make.joined(a, b), a):
                        least = shape.greatest("minItems")
                        length = max(index + 1, int(least.value) if least else 0)
                        if any(layer.get("contains") is not None for layer in shape.layers):
                            yield from ([*items, value] for items in islice(self._make.arrays(shape), 2))
                        if length == 1:
                            yield [value]
                            break
                        for items in islice(self._make.arrays(shape, length), 1):
                            yield [*items[:index], value, *items[index + 1 :]]

            return values

        return around


def _size(found: Difference) -> int:
    return min(sum(not one.unsure for one in found.escapes) + sum(one.inner.size for one in found.steps), 1_000_000)


def _merged(steps: Iterable[Step]) -> list[Step]:
    """The steps that lead somewhere; of those to the same pair with the same label, only one."""
    kept: dict[tuple[str, int], Step] = {}
    for step in steps:
        if not step.inner.is_nothing:
            kept.setdefault((step.label, id(step.inner)), step)
    return list(kept.values())
