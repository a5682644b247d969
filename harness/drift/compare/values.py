"""Enumerated values: enum and const."""

from collections.abc import Iterator
from itertools import islice

from harness.drift.documents.json_values import canonical
from harness.drift.rules import shape_rule
from harness.drift.schemas.escapes import Escape
from harness.drift.schemas.examples import Examples, numbers, texts
from harness.drift.schemas.shapes import Shape


@shape_rule("enum", "enum or const", "{type: string, enum: [a, b]}", "{type: string, enum: [a]}")
def enum(a: Shape, b: Shape, make: Examples) -> Iterator[Escape]:
    if b.values is None:
        return
    allowed = {canonical(value) for value in b.values.value}
    if a.finite is not None:
        outside = [value for value in a.finite if canonical(value) not in allowed]
        if outside:
            yield Escape("enum", _keyword(b), b.values.at, a.finite, b.values.value, lambda: iter(outside))
        return

    def others() -> Iterator[object]:
        yield from (value for value in islice(make.shaped(a), 8) if canonical(value) not in allowed)
        if a.type == "string":
            for length in range(40):
                yield from (text for text in texts(a, at_least=length) if canonical(text) not in allowed)
        if a.type == "number":
            yield from (x for x in numbers(a, beyond=range(-50, 50)) if canonical(x) not in allowed)

    yield Escape("enum", _keyword(b), b.values.at, "any value", b.values.value, others)


def _keyword(shape: Shape) -> str:
    return "const" if shape.values and "const" in shape.values.at.value else "enum"
