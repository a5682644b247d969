"""Arrays: length, uniqueness, contains, closed tuples."""

from collections.abc import Iterator
from itertools import islice

from harness.drift.documents.specification import Node
from harness.drift.rules import shape_rule
from harness.drift.schemas.escapes import Escape
from harness.drift.schemas.examples import Examples
from harness.drift.schemas.shapes import Shape


@shape_rule("min-items", "minItems", "{type: array}", "{type: array, minItems: 1}", types=("array",))
def min_items(a: Shape, b: Shape, make: Examples) -> Iterator[Escape]:
    had, has = a.greatest("minItems"), b.greatest("minItems")
    least = had.value if had else 0
    if has and has.value > least:
        values = lambda: (v for length in (least, has.value - 1) for v in make.arrays(a, length))  # noqa: E731
        yield Escape("min-items", "minItems", has.at, least, has.value, values)


@shape_rule("max-items", "maxItems", "{type: array}", "{type: array, maxItems: 1}", types=("array",))
def max_items(a: Shape, b: Shape, make: Examples) -> Iterator[Escape]:
    had, has = a.least("maxItems"), b.least("maxItems")
    if has and (had is None or had.value > has.value):
        told = had.value if had else "none"
        yield Escape("max-items", "maxItems", has.at, told, has.value, lambda: make.arrays(a, has.value + 1))


@shape_rule("unique-items", "uniqueItems", "{type: array}", "{type: array, uniqueItems: true}", types=("array",))
def unique_items(a: Shape, b: Shape, make: Examples) -> Iterator[Escape]:
    mine = next((x for x in b.limits("uniqueItems") if x.value is True), None)
    if mine is None or any(x.value is True for x in a.limits("uniqueItems")):
        return

    def twice() -> Iterator[object]:
        for length in (2, 3, 4):
            for items in make.arrays(a, length):
                yield items
                yield [items[0]] * length

    yield Escape("unique-items", "uniqueItems", mine.at, False, True, twice)  # noqa: FBT003 - the keyword's values


@shape_rule(
    "contains",
    "contains, minContains, maxContains",
    "{type: array}",
    "{type: array, contains: {type: integer}}",
    types=("array",),
)
def contains(a: Shape, b: Shape, make: Examples) -> Iterator[Escape]:
    had = [layer for layer in a.layers if layer.get("contains") is not None]
    for layer in b.layers:
        if layer.get("contains") is None or any(_is_same(layer, other, make) for other in had):
            continue
        least, most = layer.get("minContains", 1), layer.get("maxContains")
        schema = layer.child("contains")

        def values(least=least, most=most, schema=schema) -> Iterator[object]:  # type: ignore[no-untyped-def]  # noqa: ANN001
            fitting = next(make.of((schema, *a.item(0))), None)
            for length in (0, 1, least - 1, 2):
                yield from make.arrays(a, max(length, 0))
            for count in range(5):
                yield [fitting] * count
            if most is not None:
                yield [fitting] * (most + 1)

        told = f"at least {least}" + ("" if most is None else f", at most {most}")
        yield Escape("contains", "contains", layer, "other" if had else "none", told, values, open=True)


def _is_same(one: Node, other: Node, make: Examples) -> bool:
    counts = [(layer.get("minContains", 1), layer.get("maxContains")) for layer in (one, other)]
    return counts[0] == counts[1] and make.meaning(one.child("contains")) == make.meaning(other.child("contains"))


@shape_rule(
    "tuple-length",
    "elements after the last one described",
    "{type: array, prefixItems: [{type: string}]}",
    "{type: array, prefixItems: [{type: string}], items: false}",
    types=("array",),
)
def tuple_length(a: Shape, b: Shape, make: Examples) -> Iterator[Escape]:
    index = max(a.tuple_length, b.tuple_length)
    closed = next((node for node in b.item(index) if node.value is False), None)
    if closed is None or any(node.value is False for node in a.item(index)):
        return
    values = lambda: islice(make.arrays(a, index + 1), 3)  # noqa: E731
    yield Escape("tuple-length", "items", closed, "open", "closed", values, path=("[]",))
