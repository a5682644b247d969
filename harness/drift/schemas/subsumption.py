"""Does one schema accept all that another accepts? If not: by which keyword, where, and which payloads show it.

Both schemas are taken as alternatives (`shapes`). Each alternative of the first must lie within one of the second,
keyword by keyword. Values are those of somebody who follows the first document: members that it does not declare are
not sent, even where an open object would let them pass.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from harness.drift.documents.specification import Identity
from harness.drift.rules import Escape, Registry
from harness.drift.schemas.examples import Examples, beyond, fits, within
from harness.drift.schemas.shapes import Schema, Shape, Shapes, joined

MOST_ESCAPES = 2_000


class Subsumption:
    """What `a` lets through and `b` refuses, for pairs of schemas of two documents in one direction."""

    def __init__(self, shapes: Shapes, same: Callable[[Schema, Schema], bool], rules: Registry) -> None:
        self._shapes, self._same, self._rules = shapes, same, rules
        self.make = Examples(shapes)
        self._known: dict[tuple[tuple[Identity, ...], tuple[Identity, ...]], tuple[Escape, ...]] = {}

    def escapes(self, a: Schema, b: Schema) -> tuple[Escape, ...]:
        """Raises TooManyAlternativesError."""
        key = tuple(node.identity for node in a), tuple(node.identity for node in b)
        if key not in self._known:
            self._known[key] = ()  # a pair that meets itself again adds nothing: schemas may be recursive
            found = () if self._same(a, b) else tuple(islice(self._found(a, b), MOST_ESCAPES))
            self._known[key] = tuple(one if one.other or not a else replace(one, other=a[-1].resolved) for one in found)
        return self._known[key]

    def _found(self, a: Schema, b: Schema) -> Iterator[Escape]:
        mine, theirs = self._shapes.of(a), self._shapes.of(b)
        types = {shape.type for shape in theirs}
        lost = [shape for shape in mine if shape.type not in types]
        if lost:
            at = (b or a)[-1].resolved
            for check in self._rules.type_checks.values():
                yield from check(lost, theirs, mine, at, self.make)
        for shape in mine:
            same_type = [other for other in theirs if other.type == shape.type]
            if same_type:
                yield from self._nearest(shape, same_type)

    def _nearest(self, shape: Shape, others: Sequence[Shape]) -> tuple[Escape, ...]:
        """What separates an alternative from the one that is nearest to it; nothing when one accepts it all.

        Where there are several, a payload must escape them all: what escapes one is tried together with what escapes
        the others.
        """
        by_name = [other for other in others if shape.name and other.name == shape.name]
        tried: list[tuple[Escape, ...]] = []
        for other in (*by_name, *(other for other in others if other not in by_name)):
            found = tuple(self._between(shape, other))
            if not any(not escape.unsure for escape in found):
                return found
            tried.append(found)
        best = tried[0] if by_name else min(tried, key=len)
        if len(tried) == 1:
            return best
        rest = [escape for found in tried if found is not best for escape in found]
        return tuple(replace(one, values=lambda one=one: self._from_all(shape, others, one, rest)) for one in best)  # type: ignore[misc]

    def _from_all(self, shape: Shape, others: Sequence[Shape], one: Escape, rest: Sequence[Escape]) -> Iterator[Any]:
        yield from islice(one.values(), 6)
        yield from beyond(shape, others)
        more = [value for escape in rest[:12] for value in islice(escape.values(), 2)]
        yield from more
        if shape.type == "object":
            for value in islice(one.values(), 3):
                yield from ({**value, **other} for other in more if isinstance(other, dict))

    def _between(self, a: Shape, b: Shape) -> Iterator[Escape]:
        for check in self._rules.shape_checks.values():
            for escape in check(a, b, self.make):
                if a.finite is None or escape.rule == "enum":
                    yield escape
                elif values := [value for value in a.finite if _refused(escape, a, value)]:
                    yield replace(escape, values=lambda values=values: iter(values))  # type: ignore[misc]
        if a.type == "object" and a.finite is None:
            yield from self._members(a, b)
        if a.type == "array" and a.finite is None:
            yield from self._elements(a, b)

    def _members(self, a: Shape, b: Shape) -> Iterator[Escape]:
        for name, schema in a.properties.items():
            theirs = b.at(name)
            if theirs and not any(node.value is False for node in (*schema, *theirs)):
                for escape in self.escapes(schema, theirs):
                    yield _inside(escape, name, lambda inner, name=name: self._with(a, b, name, inner))  # type: ignore[misc]
        for name in dict.fromkeys((*self.make.names(a), *self.make.names(b), *self._declared_by_map(a, b))):
            mine, theirs = a.at(name), b.at(name)
            if name in a.properties or not theirs or any(node.value is False for node in (*mine, *theirs)):
                continue
            if name in b.properties and not mine:
                continue  # a new property of an open object: nobody sent it before
            for escape in self.escapes(mine, theirs):
                yield _inside(escape, "*", lambda inner, name=name: self._with(a, b, name, inner))  # type: ignore[misc]

    @staticmethod
    def _declared_by_map(a: Shape, b: Shape) -> Iterator[str]:
        if a.maps or a.patterns:
            yield from (name for name in b.properties if name not in a.properties)

    def _with(self, a: Shape, b: Shape, name: str, inner: Any) -> Iterator[Any]:  # noqa: ANN401 - any JSON value
        """An object around a member: first one that is right on both sides otherwise, so that it shows one thing."""
        for shape in (joined(a, b), a):
            yield from islice(self.make.objects(shape, {name: inner}), 1)

    def _elements(self, a: Shape, b: Shape) -> Iterator[Escape]:
        most = a.least("maxItems")
        longest = max(a.tuple_length, b.tuple_length) + 1
        for index in range(min(longest, int(most.value) if most else longest)):
            mine, theirs = a.item(index), b.item(index)
            if not theirs or any(node.value is False for node in (*mine, *theirs)):
                continue
            label = "[]" if index == longest - 1 else f"[{index}]"
            for escape in self.escapes(mine, theirs):
                yield _inside(escape, label, lambda inner, index=index: self._at(a, b, index, inner))  # type: ignore[misc]

    def _at(self, a: Shape, b: Shape, index: int, inner: Any) -> Iterator[Any]:  # noqa: ANN401 - any JSON value
        for shape in (joined(a, b), a):
            least = shape.greatest("minItems")
            length = max(index + 1, int(least.value) if least else 0)
            for items in islice(self.make.arrays(shape, length), 1):
                yield [*items[:index], inner, *items[index + 1 :]]


def _inside(escape: Escape, step: str, wrap: Callable[[Any], Iterator[Any]]) -> Escape:
    """The same escape seen from the payload around it."""
    inner = escape.values
    return replace(
        escape, path=(step, *escape.path), values=lambda: (v for value in islice(inner(), 8) for v in wrap(value))
    )


def _refused(escape: Escape, shape: Shape, value: Any) -> bool:  # noqa: ANN401 - any JSON value
    """Whether the schema that an escape stands in refuses one of the values that an alternative enumerates."""
    layer = Shape(shape.type, (escape.at,), integer=escape.rule == "integer", mode=shape.mode)
    if shape.type == "number":
        return not within(layer, value)
    return shape.type != "string" or not fits(layer, value)
