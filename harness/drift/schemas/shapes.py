"""A schema as alternatives, each of one JSON type with all the keywords that apply to it together.

`$ref`, allOf, anyOf, oneOf, if/then/else, nullable and lists of types are expanded here, so that schemas of equal
meaning in different notation give equal alternatives. The schemas of properties and items are not expanded until they
are needed, so that recursive schemas stay finite.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

from harness.drift.documents.json_values import Type, canonical, is_whole, type_of
from harness.drift.documents.specification import REFERENCES, Key, Node
from harness.drift.schemas.regular import found_in

Mode = Literal["request", "response"]
Schema = tuple[Node, ...]  # all of them apply; empty: anything

TYPES: tuple[Type, ...] = ("object", "array", "string", "number", "boolean", "null")
MOST_ALTERNATIVES = 300
_OF_MEMBERS = frozenset({"properties", "patternProperties", "additionalProperties", "unevaluatedProperties"})
_HIDDEN = {"request": "readOnly", "response": "writeOnly"}


class TooManyAlternativesError(Exception):
    """A schema whose combinations exceed the bound, so it cannot be compared."""


@dataclass(frozen=True)
class Limit:
    """The strictest value of a keyword, with its place."""

    value: Any
    at: Node
    exclusive: bool = False


@dataclass(eq=False)
class Shape:
    """One alternative. `layers` are schema objects whose keywords all apply; `integer` means whole numbers only.

    `nots` must not match. `others` are the other branches of a oneOf, which must not match either; `beside` are
    branches that a discriminator distinguishes: they may match, but confuse readers that ignore discriminators. `name`
    is the name of the component that the alternative came from.
    """

    type: Type
    layers: Schema = ()
    integer: bool = False
    nots: Schema = ()
    others: Schema = ()
    name: str = ""
    mode: Mode = "request"
    beside: Schema = ()

    def limits(self, keyword: str) -> list[Limit]:
        return [Limit(layer.value[keyword], layer) for layer in self.layers if layer.get(keyword) is not None]

    def least(self, keyword: str) -> Limit | None:
        """The smallest value of a keyword, as for `maxLength`."""
        numbers = [x for x in self.limits(keyword) if type_of(x.value) == "number"]
        return min(numbers, key=lambda limit: limit.value, default=None)

    def greatest(self, keyword: str) -> Limit | None:
        """The greatest value of a keyword, as for `minLength`."""
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
        """The values of enum and const that all layers share and that have this type; None if not enumerated."""
        return None if self._enumerated is None else Limit(list(self._enumerated[0].values()), self._enumerated[1])

    @cached_property
    def texts(self) -> frozenset[str] | None:
        """The values as canonical JSON; None if not enumerated."""
        return None if self._enumerated is None else frozenset(self._enumerated[0])

    @cached_property
    def _enumerated(self) -> tuple[dict[str, Any], Node] | None:
        found: dict[str, Any] | None = None
        at: Node | None = None
        for layer in self.layers:
            for own in _enumerated(layer) if "enum" in layer.value or "const" in layer.value else ():
                at = layer if found is None or len(own) < len(found) else at
                found = own if found is None else {key: value for key, value in found.items() if key in own}
        if found is None or at is None:
            return None
        return {key: v for key, v in found.items() if type_of(v) == self.type and self._whole(v)}, at

    def _whole(self, value: Any) -> bool:  # noqa: ANN401 - any JSON value
        return not self.integer or is_whole(value)

    @cached_property
    def finite(self) -> list[Any] | None:
        """Every value that the alternative can have, if they are finitely many."""
        if self.values is not None:
            return list(self.values.value)
        if self.type == "boolean":
            return [False, True]
        return [None] if self.type == "null" else None

    # objects

    @cached_property
    def required(self) -> dict[str, Node]:
        """The required names, each with the schema that requires it."""
        names: dict[str, Node] = {}
        for layer in self.layers:
            own = layer.get("required")
            for name in own if isinstance(own, list) else ():
                names.setdefault(str(name), layer)
        return {name: layer for name, layer in names.items() if not self.hidden(name)}

    @cached_property
    def properties(self) -> dict[str, Schema]:
        """The declared properties that are used in this direction."""
        return {name: self.at(name) for name in self._declared if not self.hidden(name)}

    @cached_property
    def _declared(self) -> dict[str, None]:
        found: dict[str, None] = {}
        for layer in self._speaking:
            members = layer.value.get("properties")
            if isinstance(members, dict):
                found |= dict.fromkeys(members)
        return found

    def hidden(self, name: str) -> bool:
        """Whether a property is readOnly in a request, or writeOnly in a response."""
        keyword = _HIDDEN[self.mode]
        return name in self._declared and any(has_flag(node, keyword) for node in self.at(name))

    def at(self, name: str) -> Schema:
        """The schemas that apply to a member of this name."""
        known = self._members
        if name not in known:
            known[name] = tuple(node for node in self._at(name) if not _is_anything(node.value))
        return known[name]

    @cached_property
    def _members(self) -> dict[str, Schema]:
        return {}

    @cached_property
    def _speaking(self) -> Schema:
        """The layers that say anything about members."""
        return tuple(layer for layer in self.layers if layer.value.keys() & _OF_MEMBERS)

    def _at(self, name: str) -> list[Node]:
        found: list[Node] = []
        evaluated = False
        for layer in self._speaking:
            value = layer.value
            members = value.get("properties")
            own = [layer.child("properties", name)] if isinstance(members, dict) and name in members else []
            if "patternProperties" in value:
                own += [x for pattern, x in layer.children("patternProperties").items() if found_in(pattern, name)]
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
        """Whether members of any name are described by a schema."""
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
        """The schemas that apply to the element at an index."""
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
        return tuple(node for node in found if not _is_anything(node.value))

    @cached_property
    def tuple_length(self) -> int:
        """How many elements have a schema of their own."""
        return max((len(layer.items("prefixItems")) for layer in self.layers), default=0)


def _is_anything(schema: Any) -> bool:  # noqa: ANN401 - any JSON value
    return schema is True or schema == {}


def _enumerated(layer: Node) -> list[dict[str, Any]]:
    """The values that a layer enumerates, by their canonical texts: those of `enum`, and that of `const`."""
    if "enumerated" not in layer.memo:
        found = []
        if isinstance(layer.get("enum"), list):
            found.append({canonical(value): value for value in layer.value["enum"]})
        if isinstance(layer.value, dict) and "const" in layer.value and layer.specification.dialect != "3.0":
            found.append({canonical(layer.value["const"]): layer.value["const"]})
        layer.memo["enumerated"] = found
    return layer.memo["enumerated"]  # type: ignore[no-any-return]


def has_flag(node: Node, keyword: str) -> bool:
    """Whether a schema itself is readOnly, writeOnly or deprecated, through references and allOf."""
    if keyword not in node.specification.keywords:
        return False
    if keyword not in node.memo:
        node.memo[keyword] = _has_flag(node, keyword, 0)
    return node.memo[keyword]  # type: ignore[no-any-return]


def _has_flag(node: Node, keyword: str, depth: int) -> bool:
    if depth > 8:
        return False
    if node.get(keyword) is True and (node.specification.dialect != "3.0" or "$ref" not in node.value):
        return True
    target = node.resolved
    if target.get(keyword) is True:
        return True
    if target is not node and target.get("$ref") and _has_flag(target, keyword, depth + 1):
        return True
    return any(_has_flag(part, keyword, depth + 1) for part in target.items("allOf"))


class Shapes:
    """The alternatives of the schemas of one document in one direction, each computed once."""

    def __init__(self, mode: Mode) -> None:
        self.mode = mode
        self._known: dict[Schema, tuple[Shape, ...]] = {}
        self._expansions: dict[Node, list[Shape]] = {}
        self._open: set[Node] = set()
        self._met_again = 0

    def of(self, schema: Schema) -> tuple[Shape, ...]:
        """The alternatives of a schema. Raises TooManyAlternativesError."""
        known = self._known.get(schema)
        if known is None:
            shapes = self._expanded(schema[0]) if schema else self._anything()
            for node in schema[1:]:
                shapes = self._both(shapes, self._expanded(node))
            known = self._known[schema] = tuple(shapes)
        return known

    def _anything(self) -> list[Shape]:
        return [Shape(kind, mode=self.mode) for kind in TYPES]

    def _expanded(self, node: Node) -> list[Shape]:
        if node in self._expansions:
            return self._expansions[node]
        if node in self._open:
            self._met_again += 1
            return self._anything()  # a schema that only refers to itself says nothing more
        met_before = self._met_again
        self._open.add(node)
        try:
            shapes = self._worked_out(node)
        finally:
            self._open.discard(node)
        if met_before == self._met_again or not self._open:
            self._expansions[node] = shapes  # a schema met while it was open is incomplete: it is not cached
        return shapes

    def _worked_out(self, node: Node) -> list[Shape]:
        value = node.value
        if value is False:
            return []
        if not isinstance(value, dict) or not value:
            return self._anything()
        name = ""
        shapes: list[Shape] | None = None
        specification = node.specification
        for keyword in REFERENCES[:1] if specification.dialect == "3.0" else REFERENCES:
            if keyword not in value:
                continue
            target = specification.at(specification.target(node, value[keyword]))
            found = self._expanded(target)
            shapes = found if shapes is None else self._both(shapes, found)
            name = target.pointer.rpartition("/")[2]
            if specification.dialect == "3.0" or len(value) == 1:
                return [_named(shape, name) for shape in shapes]
        own = self._own(node)
        shapes = own if shapes is None else self._both(shapes, own)
        for part in node.items("allOf"):
            shapes = self._both(shapes, self._expanded(part))
        for keyword in ("anyOf", "oneOf"):
            if isinstance(value.get(keyword), list):  # without branches nothing matches, as in validators
                shapes = self._both(shapes, self._branches(node, node.items(keyword), exclusive=keyword == "oneOf"))
        if isinstance(value.get("if"), dict) and node.specification.dialect != "3.0":
            shapes = self._both(shapes, self._conditional(node))
        if "not" in value:
            shapes = self._without(shapes, node.child("not"))
        return [_named(shape, name) for shape in shapes] if name else shapes

    def _own(self, node: Node) -> list[Shape]:
        types = _types(node)
        found = []
        for kind in TYPES:
            whole = kind == "number" and "number" not in types and "integer" in types
            if kind in types or whole:
                found.append(Shape(kind, (node,), integer=whole, mode=self.mode))
        return [shape for shape in found if shape.texts is None or shape.texts]

    def _branches(self, node: Node, branches: list[Node], *, exclusive: bool) -> list[Shape]:
        found = []
        for branch in branches:
            siblings = tuple(other for other in branches if other is not branch) if exclusive else ()
            others, beside = siblings, siblings[:0]
            shapes = self._expanded(branch)
            chosen = _discriminated(node, branch)
            if chosen is not None:
                shapes = self._both(shapes, self._own(chosen))
                others, beside = (), siblings
            title = branch.resolved.get("title")
            for shape in shapes:
                named = shape if shape.name or not title else _named(shape, str(title))
                found.append(replace(named, others=(*shape.others, *others), beside=(*shape.beside, *beside)))
        return found

    def _conditional(self, node: Node) -> list[Shape]:
        condition = node.child("if")
        then = self._both(self._expanded(condition), self._expanded(node.child("then")))
        otherwise = self._without(self._expanded(node.child("else")), condition)
        return [*then, *otherwise]

    def _without(self, shapes: Iterable[Shape], unwanted: Node) -> list[Shape]:
        value = unwanted.resolved.value
        if _is_anything(value):
            return []
        if isinstance(value, dict) and set(value) == {"type"}:
            types = _types(unwanted.resolved)
            left = [shape for shape in shapes if not (shape.type in types or (shape.integer and "integer" in types))]
            if "integer" not in types:
                return left
            return [replace(x, nots=(*x.nots, unwanted)) if x.type == "number" else x for x in left]
        return [replace(shape, nots=(*shape.nots, unwanted)) for shape in shapes]

    def _both(self, some: Iterable[Shape], more: Iterable[Shape]) -> list[Shape]:
        by_type: dict[Type, list[Shape]] = {}
        for other in more:
            by_type.setdefault(other.type, []).append(other)
        found = []
        for one in some:
            for other in by_type.get(one.type, ()):
                both = joined(one, other)
                if both.texts is None or both.texts:
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
    # A type that JSON does not have (in faulty documents) is read as no restriction.
    return types if types <= {*TYPES, "integer"} else {*TYPES, "integer"}


def branch_names(node: Node, branch: Node) -> list[str] | None:
    """The discriminator values that name a branch; None if there are none."""
    discriminator = node.get("discriminator")
    if not isinstance(discriminator, dict) or "propertyName" not in discriminator or not _refers(branch):
        return None
    target = branch.specification.target(branch, branch.value["$ref"])
    names = [name for name, to in discriminator.get("mapping", {}).items() if _mapped(node, str(to)) == target]
    return names or [target[1].rpartition("/")[2]]


def _discriminated(node: Node, branch: Node) -> Node | None:
    """The demand of a discriminator on a branch, as a schema: the property with one of the branch's names."""
    names = branch_names(node, branch)
    if names is None:
        return None
    chosen = node.value["discriminator"]["propertyName"]
    schema = {"properties": {chosen: {"enum": names}}, "required": [chosen]}
    return node.specification.made(node, f"discriminator?{'|'.join(names)}", schema)


def _refers(node: Node) -> bool:
    return isinstance(node.value, dict) and isinstance(node.value.get("$ref"), str)


def _mapped(node: Node, to: str) -> Key:
    named = f"#/components/schemas/{to}"
    if "/" not in to and "#" not in to and "." not in to:
        return node.specification.leads_to("", "", named)
    return node.specification.target(node, to)


def _named(shape: Shape, name: str) -> Shape:
    return shape if shape.name else replace(shape, name=name)


def joined(one: Shape, other: Shape) -> Shape:
    """The alternative that satisfies both."""
    if not (other.layers or other.nots or other.others or other.beside):
        return one if one.integer or not other.integer else replace(one, integer=True)
    if not (one.layers or one.nots or one.others or one.beside):
        return (
            other
            if (other.integer or not one.integer) and other.name
            else replace(other, integer=one.integer or other.integer, name=one.name or other.name)
        )
    known = set(one.layers)
    return Shape(
        one.type,
        (*one.layers, *(layer for layer in other.layers if layer not in known)),
        one.integer or other.integer,
        (*one.nots, *other.nots),
        (*one.others, *other.others),
        one.name or other.name,
        one.mode,
        (*one.beside, *other.beside),
    )
