"""What a schema says besides what it accepts: described properties, defaults, deprecation, unchecked formats."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from harness.drift.documents.json_values import canonical
from harness.drift.documents.specification import Node
from harness.drift.rules import Note, note_rule
from harness.drift.schemas.dialect import NOT_IN_30
from harness.drift.schemas.examples import WRONG, Examples
from harness.drift.schemas.formats import FORMATS
from harness.drift.schemas.shapes import Schema, Shapes, TooManyAlternativesError, has_flag

_NONE = "{type: object}"
_ONE = "{type: object, properties: {a: {type: string}}}"


def _declared(schema: Schema, shapes: Shapes) -> dict[str, Schema]:
    try:
        alternatives = shapes.of(schema)
    except TooManyAlternativesError:
        return {}
    found: dict[str, Schema] = {}
    for shape in alternatives:
        if shape.type == "object":
            for name, property_ in shape.properties.items():
                found.setdefault(name, property_)
    return found


@note_rule(
    "property-added",
    "A property is described that was not described before.",
    {"request": "compatible", "response": "compatible"},
    _NONE,
    _ONE,
    "property-removed",
)
def property_added(old: Schema, new: Schema, shapes: Shapes) -> Iterator[Note]:
    yield from _properties(new, old, shapes, "added")


@note_rule(
    "property-removed",
    "A property is no longer described.",
    {"request": "warning", "response": "warning"},
    _ONE,
    _NONE,
    "property-added",
)
def property_removed(old: Schema, new: Schema, shapes: Shapes) -> Iterator[Note]:
    yield from _properties(old, new, shapes, "removed")


def _properties(with_it: Schema, without: Schema, shapes: Shapes, word: str) -> Iterator[Note]:
    mine = _declared(with_it, shapes)
    if not mine:
        return
    theirs = _declared(without, shapes)
    for name, schema in mine.items():
        if name not in theirs:

            def values(make: Examples, name: str = name) -> Iterator[Any]:
                """Objects in which the property has a wrong type: only a schema that describes it refuses them."""
                for base in _objects(make, without):
                    for wrong in WRONG:
                        yield base | {name: wrong}
                for base in _objects(make, with_it):
                    for wrong in WRONG:
                        yield base | {name: wrong}

            at = schema[0] if schema else with_it[0].resolved  # an empty schema has no place
            yield Note(at, f"property {name} {word}", values if schema else None, (name,))


def _objects(make: Examples, schema: Schema) -> Iterator[dict[str, Any]]:
    return islice((value for value in make.of(schema) if isinstance(value, dict)), 2)


@note_rule(
    "default-changed",
    "The default value has changed.",
    {"request": "warning", "response": "compatible"},
    "{type: string, default: a}",
    "{type: string, default: b}",
    "default-changed",
)
def default_changed(old: Schema, new: Schema, shapes: Shapes) -> Iterator[Note]:  # noqa: ARG001 - one signature for all
    had, has = _said(old, "default"), _said(new, "default")
    if had is not None and has is not None and canonical(had.value) != canonical(has.value):
        yield Note(has, f"default {canonical(had.value)} became {canonical(has.value)}")


@note_rule(
    "default-added",
    "A default value was added.",
    {"request": "warning", "response": "compatible"},
    "{type: string}",
    "{type: string, default: b}",
    "default-removed",
)
def default_added(old: Schema, new: Schema, shapes: Shapes) -> Iterator[Note]:  # noqa: ARG001 - one signature for all
    has = _said(new, "default")
    if has is not None and _said(old, "default") is None:
        yield Note(has, f"default {canonical(has.value)} added")


@note_rule(
    "default-removed",
    "The default value was removed.",
    {"request": "warning", "response": "compatible"},
    "{type: string, default: b}",
    "{type: string}",
    "default-added",
)
def default_removed(old: Schema, new: Schema, shapes: Shapes) -> Iterator[Note]:  # noqa: ARG001 - one signature for all
    had = _said(old, "default")
    if had is not None and _said(new, "default") is None:
        yield Note(had, f"default {canonical(had.value)} removed")


@note_rule(
    "schema-deprecated",
    "A schema or property is now deprecated.",
    {"request": "compatible", "response": "compatible"},
    "{type: string}",
    "{type: string, deprecated: true}",
    "schema-reactivated",
)
def schema_deprecated(old: Schema, new: Schema, shapes: Shapes) -> Iterator[Note]:  # noqa: ARG001 - one signature for all
    if new and _flagged(new, "deprecated") and not _flagged(old, "deprecated"):
        yield Note(new[0], "deprecated")


@note_rule(
    "schema-reactivated",
    "A schema or property is no longer deprecated.",
    {"request": "compatible", "response": "compatible"},
    "{type: string, deprecated: true}",
    "{type: string}",
    "schema-deprecated",
)
def schema_reactivated(old: Schema, new: Schema, shapes: Shapes) -> Iterator[Note]:  # noqa: ARG001 - one signature for all
    if old and _flagged(old, "deprecated") and not _flagged(new, "deprecated"):
        yield Note((new or old)[0], "no longer deprecated")


@note_rule(
    "direction-changed",
    "A property is used in other directions (readOnly, writeOnly).",
    {"response": "compatible", "request": "compatible"},
    "{type: object, properties: {a: {type: string}}}",
    "{type: object, properties: {a: {type: string, readOnly: true}}}",
    "direction-changed",
)
def direction_changed(old: Schema, new: Schema, shapes: Shapes) -> Iterator[Note]:  # noqa: ARG001 - one signature for all
    for keyword in ("readOnly", "writeOnly"):
        had, has = _flagged(old, keyword), _flagged(new, keyword)
        if had != has and old and new:
            yield Note(new[0], f"{keyword} {str(had).lower()} became {str(has).lower()}")


@note_rule(
    "unchecked-format-changed",
    "A format that no validator here knows has changed: its effect cannot be shown.",
    {"request": "warning", "response": "warning"},
    "{type: string, format: kidnummer}",
    "{type: string, format: kontonummer}",
    "unchecked-format-changed",
)
def unchecked_format_changed(old: Schema, new: Schema, shapes: Shapes) -> Iterator[Note]:  # noqa: ARG001 - one signature for all
    had, has = _said(old, "format"), _said(new, "format")
    formats = [str(node.value) if node is not None else "none" for node in (had, has)]
    if formats[0] != formats[1] and any(name != "none" and name not in FORMATS for name in formats):
        at = has if has is not None else had
        if at is not None:
            yield Note(at, f"format {formats[0]} became {formats[1]}")


_PET = "{type: object, properties: {kind: {type: string}}, discriminator: {propertyName: kind%s}}"


@note_rule(
    "discriminator-changed",
    "The discriminator has changed and the same payloads are accepted: typed clients read other types.",
    {"request": "warning", "response": "warning"},
    _PET % "",
    _PET % ", mapping: {a: '#/paths'}",
    "discriminator-changed",
)
def discriminator_changed(old: Schema, new: Schema, shapes: Shapes) -> Iterator[Note]:  # noqa: ARG001 - one signature for all
    had, has = _said(old, "discriminator"), _said(new, "discriminator")
    at = has if has is not None else had
    if at is not None and (had is None or has is None or _discriminates(had) != _discriminates(has)):
        word = "added" if had is None else "removed" if has is None else "changed"
        yield Note(at, f"discriminator {word}", same_payloads=True)


def _discriminates(discriminator: Node) -> str:
    """The meaning of a discriminator, without mappings that merely repeat the schemas' names."""
    mapping = discriminator.get("mapping")
    own = {
        name: to
        for name, to in (mapping.items() if isinstance(mapping, dict) else ())
        if to not in (name, f"#/components/schemas/{name}")
    }
    says = discriminator.value if isinstance(discriminator.value, dict) else {"propertyName": discriminator.value}
    return canonical({**says, "mapping": own})


@note_rule(
    "unknown-keyword-changed",
    "A keyword that is not compared has changed: whether this matters is unknown.",
    {"request": "warning", "response": "warning"},
    "{type: string, contentEncoding: base64}",
    "{type: string, contentEncoding: quoted-printable}",
    "unknown-keyword-changed",
)
def unknown_keyword_changed(old: Schema, new: Schema, shapes: Shapes) -> Iterator[Note]:  # noqa: ARG001 - one signature for all
    for keyword in sorted({key for node in (*old, *new) for key in _unknown(node)}):
        had, has = _said(old, keyword), _said(new, keyword)
        at = has if has is not None else had
        if at is not None and (had is None or has is None or canonical(had.value) != canonical(has.value)):
            word = "added" if had is None else "removed" if has is None else "changed"
            yield Note(at, f"{keyword} {word}, but is not compared")


_COMPARED = frozenset(
    {
        *("$ref", "$id", "id", "$anchor", "$defs", "definitions", "$comment"),
        *("allOf", "anyOf", "oneOf", "not", "if", "then", "else", "discriminator"),
        *("type", "nullable", "enum", "const", "format", "default", "deprecated", "readOnly", "writeOnly"),
        *("title", "description", "example", "examples", "externalDocs", "$dynamicRef", "$dynamicAnchor"),
        *("required", "properties", "additionalProperties", "patternProperties", "unevaluatedProperties"),
        *("propertyNames", "dependentRequired", "dependentSchemas", "minProperties", "maxProperties"),
        *("items", "prefixItems", "unevaluatedItems", "contains", "minContains", "maxContains"),
        *("minItems", "maxItems", "uniqueItems", "minLength", "maxLength", "pattern"),
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    }
)


def _unknown(node: Node) -> Iterator[str]:
    value = node.resolved.value
    meaningless = NOT_IN_30 if node.specification.dialect == "3.0" else frozenset[str]()
    if isinstance(value, dict):
        names = [key for key in value if isinstance(key, str) and not key.startswith("x-")]
        yield from (name for name in names if name not in _COMPARED or name in meaningless)


def _said(schema: Schema, keyword: str, depth: int = 0) -> Node | None:
    """The value of a keyword in a schema itself, through references and allOf."""
    if depth > 8:
        return None
    for node in schema:
        if isinstance(node.value, dict) and keyword in node.value and "$ref" not in node.value:
            return node.child(keyword)
        target = node.resolved
        if isinstance(target.value, dict):
            if keyword in target.value:
                return target.child(keyword)
            found = _said(tuple(target.items("allOf")), keyword, depth + 1)
            if found is not None:
                return found
    return None


def _flagged(schema: Schema, keyword: str) -> bool:
    return any(has_flag(node, keyword) for node in schema)
