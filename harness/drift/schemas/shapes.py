"""A schema as alternatives: each is one JSON type with all the keywords that hold for it at once.

`$ref`, allOf, anyOf, oneOf, if/then/else, nullable and lists of types are worked off here, so that equal meaning in
other words gives equal alternatives. What stands in properties and items stays a schema until it is asked for:
recursive schemas are finite.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from harness.drift.documents.specification import Identity, Key, Node
from harness.drift.schemas.regular import expression, found_in

Mode = Literal["request", "response"]
Schema = tuple[Node, ...]  # all of them at once; empty: anything
Type = Literal["object", "array", "string", "number", "boolean", "null"]

TYPES: tuple[Type, ...] = ("object", "array", "string", "number", "boolean", "null")
MOST_ALTERNATIVES = 300
_OF_MEMBERS = frozenset({"properties", "patternProperties", "additionalProperties", "unevaluatedProperties"})
_HIDDEN = {"request": "readOnly", "response": "writeOnly"}


class TooManyAlternativesError(Exception):
    """A schema whose combinations exceed the bound: it cannot be compared."""


def canonical(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """Equal JSON values, and only these, have equal texts: 1 is 1.0, and not true."""
    return json.dumps(_plain(value), sort_keys=True, ensure_ascii=False, default=str)


def _plain(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, list) else value


def type_of(value: Any) -> Type:  # noqa: ANN401 - any JSON value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"


@dataclass(frozen=True)
class Limit:
    """The sharpest of some keywords, with the place where it stands."""

    value: Any
    at: Node
    exclusive: bool = False


@dataclass(frozen=True)
class Shape:
    """One alternative. `layers` are the schema objects whose keywords all hold; `integer`: whole numbers only.

    `nots` must not match. `others` are the branches of a oneOf beside this one, which must not match either.
    `name` is what the alternative is called: the component it came from.
    """

    type: Type
    layers: Schema = ()
    integer: bool = False
    nots: Schema = ()
    others: Schema = ()
    name: str = ""
    mode: Mode = "request"

    def limits(self, keyword: str) -> list[Limit]:
        return [Limit(layer.value[keyword], layer) for layer in self.layers if layer.get(keyword) is not None]

    def least(self, keyword: str) -> Limit | None:
        """The smallest value of a keyword, as of `maxLength`."""
        numbers = [x for x in self.limits(keyword) if type_of(x.value) == "number"]
        return min(numbers, key=lambda limit: limit.value, default=None)

    def greatest(self, keyword: str) -> Limit | None:
        """The greatest value of a keyword, as of `minLength`."""
        numbers = [x for x in self.limits(keyword) if type_of(x.value) == "number"]
        return max(numbers, key=lambda limit: limit.value, default=None)

    @cached_property
    def lower(self) -> Limit | None:
        return max(self._bounds("minimum", "exclusiveMinimum"), key=lambda x: (x.value, x.exclusive), default=None)

    @cached_property
    def upper(self) -> Limit | None:
        return min(self._bounds("maximum", "exclusiveMaximum"), key=lambda x: (x.value, not x.exclusive), default=None)

    def _bounds(self, keyword: str, exclusive: str) -> Iterator[Limit]:
        for layer in self.layers:
            limit, sharp = layer.get(keyword), layer.get(exclusive)
            if type_of(limit) == "number":
                yield Limit(limit, layer, sharp is True)
            if type_of(sharp) == "number":
                yield Limit(sharp, layer, exclusive=True)

    @cached_property
    def values(self) -> Limit | None:
        """The values of enum and const that every layer has and that are of this type; None: not enumerated."""
        found: list[Any] | None = None
        at: Node | None = None
        for layer in self.layers:
            for own in _enumerated(layer):
                at = layer if found is None or len(own) < len(found) else at
                keys = {canonical(v) for v in own}
                found = own if found is None else [v for v in found if canonical(v) in keys]
        if found is None or at is None:
            return None
        return Limit([v for v in found if type_of(v) == self.type and self._whole(v)], at)

    def _whole(self, value: Any) -> bool:  # noqa: ANN401 - any JSON value
        return not self.integer or float(value).is_integer()

    @cached_property
    def finite(self) -> list[Any] | None:
        """Every value that the alternative can have, where they can be counted."""
        if self.values is not None:
            return list(self.values.value)
        if self.type == "boolean":
            return [False, True]
        return [None] if self.type == "null" else None

    # objects

    @cached_property
    def required(self) -> dict[str, Node]:
        """The names that must stand there, each with the schema that says so."""
        names: dict[str, Node] = {}
        for layer in self.layers:
            own = layer.get("required")
            for name in own if isinstance(own, list) else ():
                names.setdefault(str(name), layer)
        return {name: layer for name, layer in names.items() if not self.hidden(name)}

    @cached_property
    def properties(self) -> dict[str, Schema]:
        """The names that are declared and travel in this direction."""
        hidden = _HIDDEN[self.mode]
        return {
            name: schema
            for name, schema in self._declared.items()
            if not any(has_flag(node, hidden) for node in schema)
        }

    @cached_property
    def _declared(self) -> dict[str, Schema]:
        names = dict.fromkeys(name for layer in self.layers for name in layer.children("properties"))
        return {name: self.at(name) for name in names}

    def hidden(self, name: str) -> bool:
        """readOnly in a request, writeOnly in a response."""
        return any(has_flag(node, _HIDDEN[self.mode]) for node in self._declared.get(name, ()))

    def at(self, name: str) -> Schema:
        """What must hold for a member of that name."""
        known = self._members
        if name not in known:
            known[name] = tuple(node for node in self._at(name) if node.value not in (True, {}))
        return known[name]

    @cached_property
    def _members(self) -> dict[str, Schema]:
        return {}

    @cached_property
    def _speaking(self) -> Schema:
        """The layers that say anything of members."""
        return tuple(layer for layer in self.layers if layer.value.keys() & _OF_MEMBERS)

    def _at(self, name: str) -> list[Node]:
        found: list[Node] = []
        evaluated = False
        for layer in self._speaking:
            value = layer.value
            members = value.get("properties")
            own = [layer.child("properties", name)] if isinstance(members, dict) and name in members else []
            if "patternProperties" in value:
                own += [
                    x
                    for pattern, x in layer.children("patternProperties").items()
                    if expression(pattern) is not None and found_in(pattern, name)
                ]
            if not own and value.get("additionalProperties") is not None:
                own = [layer.child("additionalProperties")]
            evaluated = evaluated or bool(own)
            found += own
        if not evaluated:
            rest = [layer for layer in self._speaking if layer.value.get("unevaluatedProperties") is not None]
            found += [layer.child("unevaluatedProperties") for layer in rest]
        return found

    @cached_property
    def maps(self) -> bool:
        """Whether members of any name are documented by a schema of their own."""
        return any(
            isinstance(layer.get(keyword), dict) and layer.get(keyword)
            for layer in self.layers
            for keyword in ("additionalProperties", "unevaluatedProperties")
        )

    @cached_property
    def patterns(self) -> dict[str, Node]:
        return {pattern: x for layer in self.layers for pattern, x in layer.children("patternProperties").items()}

    # arrays

    def item(self, index: int) -> Schema:
        """What must hold for the element at an index."""
        found: list[Node] = []
        evaluated = False
        for layer in self.layers:
            prefix = layer.items("prefixItems")
            own = [prefix[index]] if index < len(prefix) else []
            if not own and layer.get("items") is not None:
                own = [layer.child("items")]
            evaluated = evaluated or bool(own)
            found += own
        if not evaluated:
            found += [x.child("unevaluatedItems") for x in self.layers if x.get("unevaluatedItems") is not None]
        return tuple(node for node in found if node.value not in (True, {}))

    @cached_property
    def tuple_length(self) -> int:
        """How many elements have a schema of their own."""
        return max((len(layer.items("prefixItems")) for layer in self.layers), default=0)


def _enumerated(layer: Node) -> Iterator[list[Any]]:
    if isinstance(layer.get("enum"), list):
        yield layer.value["enum"]
    if isinstance(layer.value, dict) and "const" in layer.value and layer.specification.dialect != "3.0":
        yield [layer.value["const"]]


def has_flag(node: Node, keyword: str, depth: int = 0) -> bool:
    """Whether a schema says readOnly, writeOnly or deprecated of itself, through references and allOf."""
    if depth > 8:
        return False
    if node.get(keyword) is True and (node.specification.dialect != "3.0" or "$ref" not in node.value):
        return True
    target = node.resolved
    if target.get(keyword) is True:
        return True
    if target is not node and target.get("$ref") and has_flag(target, keyword, depth + 1):
        return True
    return any(has_flag(part, keyword, depth + 1) for part in target.items("allOf"))


class Shapes:
    """The alternatives of the schemas of one document in one direction, each worked out once."""

    def __init__(self, mode: Mode) -> None:
        self.mode = mode
        self._known: dict[tuple[Identity, ...], tuple[Shape, ...]] = {}
        self._open: set[Identity] = set()

    def of(self, schema: Schema) -> tuple[Shape, ...]:
        """Raises TooManyAlternativesError."""
        key = tuple(node.identity for node in schema)
        if key not in self._known:
            shapes = self._anything()
            for node in schema:
                shapes = self._both(shapes, self._expanded(node))
            self._known[key] = tuple(shapes)
        return self._known[key]

    def _anything(self) -> list[Shape]:
        return [Shape(kind, mode=self.mode) for kind in TYPES]

    def _expanded(self, node: Node) -> list[Shape]:
        if node.identity in self._open:
            return self._anything()  # a schema that is only itself again says nothing more
        self._open.add(node.identity)
        try:
            return self._worked_out(node)
        finally:
            self._open.discard(node.identity)

    def _worked_out(self, node: Node) -> list[Shape]:
        value = node.value
        if value is False:
            return []
        if not isinstance(value, dict) or not value:
            return self._anything()
        name = ""
        shapes: list[Shape] | None = None
        if isinstance(value.get("$ref"), str):
            target = node.specification.at(node.specification.target(node.uri, value["$ref"]))
            shapes = self._expanded(target)
            name = target.pointer.rpartition("/")[2]
            if node.specification.dialect == "3.0" or len(value) == 1:
                return [_named(shape, name) for shape in shapes]
        own = self._own(node)
        shapes = own if shapes is None else self._both(shapes, own)
        for part in node.items("allOf"):
            shapes = self._both(shapes, self._expanded(part))
        for keyword in ("anyOf", "oneOf"):
            branches = node.items(keyword)
            if branches:
                shapes = self._both(shapes, self._branches(node, branches, exclusive=keyword == "oneOf"))
        if isinstance(value.get("if"), dict) and node.specification.dialect != "3.0":
            shapes = self._both(shapes, self._conditional(node))
        if "not" in value:
            shapes = self._without(shapes, node.child("not"))
        return shapes

    def _own(self, node: Node) -> list[Shape]:
        types = _types(node)
        found = []
        for kind in TYPES:
            whole = kind == "number" and "number" not in types and "integer" in types
            if kind in types or whole:
                found.append(Shape(kind, (node,), integer=whole, mode=self.mode))
        return [shape for shape in found if shape.values is None or shape.values.value]

    def _branches(self, node: Node, branches: list[Node], *, exclusive: bool) -> list[Shape]:
        found = []
        for branch in branches:
            others = tuple(other for other in branches if other is not branch) if exclusive else ()
            shapes = self._expanded(branch)
            chosen = _discriminated(node, branch)
            if chosen is not None:
                shapes = self._both(shapes, self._own(chosen))
                others = ()
            title = branch.resolved.get("title")
            for shape in shapes:
                named = shape if shape.name or not title else _named(shape, str(title))
                found.append(_with(named, others=(*shape.others, *others)))
        return found

    def _conditional(self, node: Node) -> list[Shape]:
        condition = node.child("if")
        then = self._both(self._expanded(condition), self._expanded(node.child("then")))
        otherwise = self._without(self._expanded(node.child("else")), condition)
        return [*then, *otherwise]

    def _without(self, shapes: Iterable[Shape], unwanted: Node) -> list[Shape]:
        value = unwanted.resolved.value
        if value in ({}, True):
            return []
        if isinstance(value, dict) and set(value) == {"type"}:
            types = _types(unwanted.resolved)
            return [shape for shape in shapes if not (shape.type in types or (shape.integer and "integer" in types))]
        return [_with(shape, nots=(*shape.nots, unwanted)) for shape in shapes]

    def _both(self, some: Iterable[Shape], more: Iterable[Shape]) -> list[Shape]:
        more = list(more)
        found = []
        for one in some:
            for other in more:
                if one.type == other.type:
                    both = joined(one, other)
                    if both.values is None or both.values.value:
                        found.append(both)
        if len(found) > MOST_ALTERNATIVES:
            raise TooManyAlternativesError
        return found


def _types(node: Node) -> set[str]:
    declared = node.get("type")
    if isinstance(declared, str):
        types = {declared}
    elif isinstance(declared, list):
        types = {str(one) for one in declared}
    else:
        return {*TYPES, "integer"}
    if node.specification.dialect == "3.0" and node.get("nullable") is True:
        types.add("null")
    # A type that JSON does not know (documents with errors have them) is read as no promise at all.
    return types if types <= {*TYPES, "integer"} else {*TYPES, "integer"}


def _discriminated(node: Node, branch: Node) -> Node | None:
    """What a discriminator demands of a branch, as a schema: the property with one of the branch's names."""
    discriminator = node.get("discriminator")
    if not isinstance(discriminator, dict) or "propertyName" not in discriminator or not _refers(branch):
        return None
    target = branch.specification.target(branch.uri, branch.value["$ref"])
    mapping = discriminator.get("mapping")
    mapping = mapping if isinstance(mapping, dict) else {}
    names = [name for name, to in mapping.items() if _mapped(node, str(to)) == target]
    names = names or [target[1].rpartition("/")[2]]
    chosen = str(discriminator["propertyName"])
    schema = {"properties": {chosen: {"enum": names}}, "required": [chosen]}
    return Node(node.specification, node.uri, f"{node.pointer}/discriminator?{'|'.join(names)}", schema)


def _refers(node: Node) -> bool:
    return isinstance(node.value, dict) and isinstance(node.value.get("$ref"), str)


def _mapped(node: Node, to: str) -> Key:
    return node.specification.target(node.uri, to if "/" in to or "#" in to else f"#/components/schemas/{to}")


def _named(shape: Shape, name: str) -> Shape:
    return shape if shape.name else _with(shape, name=name)


def _with(shape: Shape, *, name: str | None = None, nots: Schema | None = None, others: Schema | None = None) -> Shape:
    return Shape(
        shape.type,
        shape.layers,
        shape.integer,
        shape.nots if nots is None else nots,
        shape.others if others is None else others,
        shape.name if name is None else name,
        shape.mode,
    )


def joined(one: Shape, other: Shape) -> Shape:
    """The alternative that keeps to both."""
    if not other.layers and not other.nots and not other.others:
        return one if not other.integer else Shape(one.type, one.layers, True, one.nots, one.others, one.name, one.mode)  # noqa: FBT003
    known = {layer.identity for layer in one.layers}
    return Shape(
        one.type,
        (*one.layers, *(layer for layer in other.layers if layer.identity not in known)),
        one.integer or other.integer,
        (*one.nots, *other.nots),
        (*one.others, *other.others),
        one.name or other.name,
        one.mode,
    )
