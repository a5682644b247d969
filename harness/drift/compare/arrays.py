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
    had = [_Contains(layer) for layer in a.layers if layer.get("contains") is not None]
    for layer in b.layers:
        if layer.get("contains") is None:
            continue
        has = _Contains(layer)
        if any(one.promises_least(has, make) for one in had) and any(one.promises_most(has, make) for one in had):
            continue
        if not had and has.least == 0 and has.most is None:
            continue

        def values(has=has) -> Iterator[object]:  # type: ignore[no-untyped-def]  # noqa: ANN001
            element = a.item(0)
            fitting = next(make.of((has.schema, *element)), None)
            for length in (0, 1, has.least - 1, 2):
                yield from make.arrays(a, max(length, 0))
            for one in had:
                for value in islice(make.escaping((one.schema, *element), (has.schema,)) or (), 4):
                    yield [value] * max(one.least, 1)
            for count in range(5):
                yield [fitting] * count
            if has.most is not None:
                yield [fitting] * (has.most + 1)

        told = had[0].told if len(had) == 1 and had[0].told != has.told else "other" if had else "none"
        yield Escape("contains", "contains", layer, told, has.told, values, open=True)


class _Contains:
    """What an array must contain according to a schema, and how often."""

    def __init__(self, layer: Node) -> None:
        self.schema = layer.child("contains")
        self.least: int = layer.get("minContains", 1)
        self.most: int | None = layer.get("maxContains")

    @property
    def told(self) -> str:
        return f"at least {self.least}" + ("" if self.most is None else f", at most {self.most}")

    def promises_least(self, other: "_Contains", make: Examples) -> bool:
        """Whether this guarantees another's minimum."""
        enough = self.least >= other.least and _is_within(self.schema, other.schema, make)
        return other.least == 0 or enough

    def promises_most(self, other: "_Contains", make: Examples) -> bool:
        """Whether this keeps within another's maximum."""
        few = self.most is not None and other.most is not None and self.most <= other.most
        return other.most is None or (few and _is_within(other.schema, self.schema, make))


def _is_within(one: Node, other: Node, make: Examples) -> bool:
    return make.escaping((one,), (other,)) is None


@shape_rule(
    "tuple-length",
    "elements beyond the described ones",
    "{type: array, prefixItems: [{type: string}]}",
    "{type: array, prefixItems: [{type: string}], items: false}",
    types=("array",),
)
def tuple_length(a: Shape, b: Shape, make: Examples) -> Iterator[Escape]:
    for index in range(max(a.tuple_length, b.tuple_length) + 1):
        closed = next((node for node in b.item(index) if node.value is False), None)
        if closed is None:
            continue
        most = a.least("maxItems")
        if any(node.value is False for node in a.item(index)) or (most and most.value <= index):
            return
        values = lambda index=index: islice(make.arrays(a, index + 1), 3)  # noqa: E731
        yield Escape("tuple-length", "items", closed, "open", "closed", values, path=("[]",))
        return
