"""Numbers: bounds, multiples, integers."""

from collections.abc import Iterator
from fractions import Fraction

from harness.drift.documents.json_values import type_of
from harness.drift.rules import shape_rule
from harness.drift.schemas.escapes import Escape
from harness.drift.schemas.examples import Examples, numbers
from harness.drift.schemas.shapes import Limit, Shape


@shape_rule("minimum", "minimum", "{type: number, minimum: 1}", "{type: number, minimum: 2}", types=("number",))
def minimum(a: Shape, b: Shape, make: Examples) -> Iterator[Escape]:  # noqa: ARG001 - one signature for all
    if b.lower and not _at_least(a.lower, b.lower):
        edge, lowest = b.lower, a.lower.value if a.lower else b.lower.value - 1
        beyond = [edge.value, edge.value - 1, edge.value - 0.5, lowest, (edge.value + lowest) / 2, lowest + 1]
        yield Escape(
            "minimum", _keyword(edge, "inimum"), edge.at, _told(a.lower), _told(edge), lambda: numbers(a, beyond)
        )


@shape_rule("maximum", "maximum", "{type: number, maximum: 2}", "{type: number, maximum: 1}", types=("number",))
def maximum(a: Shape, b: Shape, make: Examples) -> Iterator[Escape]:  # noqa: ARG001 - one signature for all
    if b.upper and not _at_most(a.upper, b.upper):
        edge, highest = b.upper, a.upper.value if a.upper else b.upper.value + 1
        beyond = [edge.value, edge.value + 1, edge.value + 0.5, highest, (edge.value + highest) / 2, highest - 1]
        yield Escape(
            "maximum", _keyword(edge, "aximum"), edge.at, _told(a.upper), _told(edge), lambda: numbers(a, beyond)
        )


@shape_rule("multiple-of", "multipleOf", "{type: integer}", "{type: integer, multipleOf: 10}", types=("number",))
def multiple_of(a: Shape, b: Shape, make: Examples) -> Iterator[Escape]:  # noqa: ARG001 - one signature for all
    had = [Fraction(str(x.value)) for x in a.limits("multipleOf") if type_of(x.value) == "number" and x.value > 0]
    for limit in b.limits("multipleOf"):
        if type_of(limit.value) != "number" or limit.value <= 0:
            continue
        step = Fraction(str(limit.value))
        steps = [*had, Fraction(1)] if a.integer else had
        if any((known / step).denominator == 1 for known in steps):
            continue
        beyond = [float(known) if known.denominator > 1 else int(known) for known in had]
        told = [x.value for x in a.limits("multipleOf")] or "any"
        more = [limit.value + 1, limit.value + 0.1, limit.value / 2, *beyond]
        yield Escape("multiple-of", "multipleOf", limit.at, told, limit.value, lambda more=more: numbers(a, more))  # type: ignore[misc]


@shape_rule("integer", "integer instead of number", "{type: number}", "{type: integer}", types=("number",))
def integer(a: Shape, b: Shape, make: Examples) -> Iterator[Escape]:  # noqa: ARG001 - one signature for all
    if a.integer or not b.integer:
        return
    if any(Fraction(str(x.value)).denominator == 1 for x in a.limits("multipleOf") if type_of(x.value) == "number"):
        return
    at = next((layer for layer in b.layers if layer.get("type") is not None), b.layers[0])
    lowest = a.lower.value if a.lower else 0
    yield Escape("integer", "type", at, "number", "integer", lambda: numbers(a, [0.5, lowest + 0.5, lowest + 0.1]))


def _at_least(a: Limit | None, b: Limit) -> bool:
    return a is not None and (a.value > b.value or (a.value == b.value and (a.exclusive or not b.exclusive)))


def _at_most(a: Limit | None, b: Limit) -> bool:
    return a is not None and (a.value < b.value or (a.value == b.value and (a.exclusive or not b.exclusive)))


def _keyword(limit: Limit, rest: str) -> str:
    return f"exclusiveM{rest}" if limit.exclusive else f"m{rest}"


def _told(limit: Limit | None) -> object:
    if limit is None:
        return "none"
    return f"{limit.value} (exclusive)" if limit.exclusive else limit.value
