"""Composition: `not`, oneOf's "exactly one", and branches that change while the accepted payloads do not."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from harness.drift.documents.json_values import canonical
from harness.drift.documents.specification import Node
from harness.drift.rules import Note, note_rule, shape_rule
from harness.drift.schemas.escapes import Escape
from harness.drift.schemas.examples import Examples
from harness.drift.schemas.shapes import Schema, Shape, Shapes

MOST_REFUSED = 3  # excluded schemas of an alternative, used to find payloads that avoid them


@shape_rule("not", "not", "{type: string}", "{type: string, not: {enum: [a]}}")
def excluded(a: Shape, b: Shape, make: Examples) -> Iterator[Escape]:
    yield from _unwanted(a, b.nots, a.nots, make, "not")


@shape_rule(
    "one-of",
    "oneOf with more than one matching branch",
    "{anyOf: [{type: string}, {type: string, maxLength: 3}]}",
    "{oneOf: [{type: string}, {type: string, maxLength: 3}]}",
    # Readers take the first matching branch: they do not mind if several match.
    widened={"request": "compatible", "response": "warning"},
)
def one_of(a: Shape, b: Shape, make: Examples) -> Iterator[Escape]:
    yield from _unwanted(a, b.others, a.others, make, "one-of")


def _unwanted(
    a: Shape, unwanted: tuple[Node, ...], known: tuple[Node, ...], make: Examples, rule: str
) -> Iterator[Escape]:
    had = {make.meaning(node) for node in known}
    for node in unwanted:
        if make.meaning(node) in had or (rule == "one-of" and not make.may_meet(a, node)):
            continue
        if rule == "not" and any(make.escaping((node,), (other,)) is None for other in known):
            continue

        def values(node=node) -> Iterator[object]:  # type: ignore[no-untyped-def]  # noqa: ANN001
            both = (*a.layers, node)
            for refused in (*a.nots, *a.others)[:MOST_REFUSED]:
                yield from islice(make.escaping(both, (refused,)) or (), 3)
            for shape in make.shapes.of(both) if a.nots or a.others else ():
                alone = replace(shape, nots=(*shape.nots, *a.nots), others=(*shape.others, *a.others))
                yield from islice(make.shaped(alone), 3)
            yield from islice(make.of(both), 6)

        yield Escape(
            rule, "", node, "none", "must not match", values, unsure=rule == "one-of", open=rule == "not", unwanted=True
        )


_TWO = "{anyOf: [{type: string, title: A}, {type: string, maxLength: 3, title: B}]}"
_ONE = "{anyOf: [{type: string, title: A}]}"


@note_rule(
    "branch-removed",
    "A branch of a oneOf or anyOf was removed, and the same payloads are accepted: typed clients lose a type.",
    {"request": "warning", "response": "warning"},
    _TWO,
    _ONE,
    "branch-added",
)
def branch_removed(old: Schema, new: Schema, shapes: Shapes) -> Iterator[Note]:  # noqa: ARG001 - one signature for all
    yield from _branches_without(old, new, "removed")


@note_rule(
    "branch-added",
    "A branch of a oneOf or anyOf was added, and the same payloads are accepted: typed clients gain a type.",
    {"request": "warning", "response": "warning"},
    _ONE,
    _TWO,
    "branch-removed",
)
def branch_added(old: Schema, new: Schema, shapes: Shapes) -> Iterator[Note]:  # noqa: ARG001 - one signature for all
    yield from _branches_without(new, old, "added")


def _branches_without(mine: Schema, theirs: Schema, word: str) -> Iterator[Note]:
    """The branches that the other side lacks, or has less often, if it has branches but fewer of them."""
    for keyword in ("oneOf", "anyOf"):
        branches, others = list(_branches(mine, keyword, 0)), list(_branches(theirs, keyword, 0))
        left = Counter(name for name, _ in others)
        for name, branch in branches if 0 < len(others) < len(branches) else ():
            left[name] -= 1
            if left[name] < 0:
                yield Note(branch, f"branch {name} of {keyword} {word}", same_payloads=True)


def _branches(schema: Schema, keyword: str, depth: int) -> Iterator[tuple[str, Node]]:
    """The branches by name: their reference, their title, or their JSON types."""
    for node in schema if depth < 8 else ():
        target = node.resolved
        for branch in target.items(keyword):
            title = branch.resolved.get("title") or canonical(branch.get("type", "without a type"))
            yield (str(branch.value["$ref"]) if branch.get("$ref") else str(title)), branch
        yield from _branches(tuple(target.items("allOf")), keyword, depth + 1)
