"""Composition: not, and that oneOf wants exactly one."""

from collections.abc import Iterator
from itertools import islice

from harness.drift.documents.specification import Node
from harness.drift.rules import shape_rule
from harness.drift.schemas.escapes import Escape
from harness.drift.schemas.examples import Examples
from harness.drift.schemas.shapes import Shape


@shape_rule("not", "not", "{type: string}", "{type: string, not: {enum: [a]}}")
def excluded(a: Shape, b: Shape, make: Examples) -> Iterator[Escape]:
    yield from _unwanted(a, b.nots, a.nots, make, "not")


@shape_rule(
    "one-of",
    "oneOf where more than one branch fits",
    "{anyOf: [{type: string}, {type: string, maxLength: 3}]}",
    "{oneOf: [{type: string}, {type: string, maxLength: 3}]}",
    # Readers take the first branch that fits: that more than one does is no trouble to them.
    widened={"request": "compatible", "response": "warning"},
)
def one_of(a: Shape, b: Shape, make: Examples) -> Iterator[Escape]:
    yield from _unwanted(a, b.others, a.others, make, "one-of")


def _unwanted(
    a: Shape, unwanted: tuple[Node, ...], known: tuple[Node, ...], make: Examples, rule: str
) -> Iterator[Escape]:
    had = {make.meaning(node) for node in known}
    for node in unwanted:
        if make.meaning(node) in had:
            continue

        def values(node=node) -> Iterator[object]:  # type: ignore[no-untyped-def]  # noqa: ANN001
            yield from islice(make.of((*a.layers, node)), 6)

        yield Escape(rule, "", node, "none", "must not match", values, unsure=rule == "one-of", open=rule == "not")
