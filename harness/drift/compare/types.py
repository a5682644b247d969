"""Types: which JSON types a schema accepts."""

from collections.abc import Iterator, Sequence
from itertools import islice

from harness.drift.documents.specification import Node
from harness.drift.rules import judged_rule, type_rule
from harness.drift.schemas.escapes import Escape
from harness.drift.schemas.examples import Examples
from harness.drift.schemas.shapes import Shape

TEXT_TYPE = judged_rule(
    "text-type",
    "the type of a value sent as text (typed clients have another signature; nothing changes on the wire)",
    "{type: [string, integer]}",
    "{type: string}",
    __name__,
)


@type_rule("type", "type", "{type: [string, integer]}", "{type: string}")
def kind(
    lost: Sequence[Shape], left: Sequence[Shape], had: Sequence[Shape], at: Node, make: Examples
) -> Iterator[Escape]:
    if [shape.type for shape in lost] != ["null"] or not left:
        values = lambda: (v for shape in lost for v in islice(make.shaped(shape), 3))  # noqa: E731
        yield Escape("type", _keyword(at), at, _told(had), _told(left), values)


@type_rule("nullable", "null", "{type: [string, 'null']}", "{type: string}")
def nullable(
    lost: Sequence[Shape], left: Sequence[Shape], had: Sequence[Shape], at: Node, make: Examples
) -> Iterator[Escape]:
    if [shape.type for shape in lost] == ["null"] and left:
        values = lambda: make.shaped(lost[0])  # noqa: E731
        yield Escape("nullable", _keyword(at), at, _told(had), _told(left), values)


def _keyword(at: Node) -> str:
    return next((word for word in ("type", "enum", "const", "oneOf", "anyOf", "allOf") if at.get(word) is not None), "")


def _told(shapes: Sequence[Shape]) -> str:
    names = dict.fromkeys("integer" if shape.integer else shape.type for shape in shapes)
    return "any type" if len(names) >= 6 else " or ".join(names) or "nothing"
