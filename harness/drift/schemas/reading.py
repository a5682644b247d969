"""Judges payloads by the schemas as they stand in a document: the second opinion on every witness.

Nothing of the comparison's own view of schemas is used here; the keywords are those of openapi-schema-validator.
Where OpenAPI says more than JSON Schema, it counts: readOnly and writeOnly by direction, discriminators, and that the
siblings of a `$ref` are nothing in 3.0.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import UnknownType, ValidationError, best_match
from openapi_schema_validator import OAS30Validator, OAS31Validator
from referencing import Registry
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

from harness.drift.documents.specification import Node, Specification
from harness.drift.schemas.formats import CHECKER
from harness.drift.schemas.regular import found_in
from harness.drift.schemas.shapes import Mode, Schema

_KEYWORDS: dict[str, Any] = dict(Draft202012Validator.VALIDATORS)
_BASE = "https://document.invalid/a/b/c/d/e/f/g/h/"
_HIDDEN = {"request": "readOnly", "response": "writeOnly"}

Errors = Iterator[ValidationError]

# What schemas that are none (`properties: 7`) make of a validator.
_MALFORMED = (
    Unresolvable,
    UnknownType,
    RecursionError,
    ValueError,
    TypeError,
    ArithmeticError,
    AttributeError,
    LookupError,
)


@dataclass(frozen=True)
class Refusal:
    """One reason to refuse a payload: where in it, by which keyword, and why."""

    place: tuple[str | int, ...]
    keyword: str
    why: str


@dataclass
class Reader:
    """Reads payloads of one direction as a document's schemas demand.

    `any_branch` reads oneOf as anyOf: the way of clients that take the first branch that fits.
    """

    specification: Specification
    mode: Mode
    any_branch: bool = False

    def __post_init__(self) -> None:
        name = PurePosixPath(self.specification.path).name
        self._uris = {uri: _BASE + quote(uri or name) for uri in self.specification.trees}
        for uri in self.specification.trees:
            if "://" in uri:
                self._uris[uri] = uri
        resources = [
            (self._uris[uri], DRAFT202012.create_resource(tree)) for uri, tree in self.specification.trees.items()
        ]
        registry: Registry[Any] = Registry().with_resources(resources)
        kind = self._dialect()
        self._root = kind({}, registry=registry, format_checker=CHECKER)
        self._known: dict[str, Any] = {}

    def refusal(self, schema: Schema, value: Any) -> str | None:  # noqa: ANN401 - any JSON value
        """Why a payload is refused; None when it is accepted."""
        try:
            errors = [error for node in schema for error in self._validator(node).iter_errors(value)]
            return None if not errors else _told(best_match(errors))
        except _MALFORMED as error:
            return f"it cannot be read: {error}"

    def accepts(self, schema: Schema, value: Any) -> bool:  # noqa: ANN401 - any JSON value
        """As `refusal`, at the first error."""
        try:
            return all(next(self._validator(node).iter_errors(value), None) is None for node in schema)
        except _MALFORMED:
            return False

    def refusals(self, schema: Schema, value: Any) -> list[ValidationError]:  # noqa: ANN401 - any JSON value
        """The errors of a payload; of a union, the one that tells most."""
        try:
            errors = [error for node in schema for error in self._validator(node).iter_errors(value)]
            return [best_match([error]) or error for error in errors]
        except _MALFORMED:
            return []

    def errors(self, schema: Schema, value: Any) -> list[Refusal]:  # noqa: ANN401 - any JSON value
        """Every reason to refuse a payload, those of the branches tried included, each with its place."""
        found = []
        try:
            waiting = [error for node in schema for error in self._validator(node).iter_errors(value)]
        except _MALFORMED:
            return []
        while waiting:
            error = waiting.pop(0)
            found.append(Refusal(tuple(error.absolute_path), str(error.validator), _told(error)))
            waiting += error.context or []
        return found

    def _validator(self, node: Node) -> Any:  # noqa: ANN401 - jsonschema's Validator protocol is private
        reference = f"{self._uris[node.uri]}#{quote(node.pointer, safe='/~')}"
        if reference not in self._known:
            self._known[reference] = self._root.evolve(schema={"$ref": reference})
        return self._known[reference]

    def _dialect(self) -> Any:  # noqa: ANN401 - jsonschema's Validator protocol is private
        old = self.specification.dialect == "3.0"
        base: Any = OAS30Validator if old else OAS31Validator
        extend: Any = validators.extend
        own = {
            "required": self._required,
            "oneOf": self._one_of,
            "anyOf": self._any_of,
            "allOf": _KEYWORDS["allOf"],
            "format": _KEYWORDS["format"],
            "pattern": _pattern,
        }
        if not old:
            return extend(base, own)
        return validators.create(
            meta_schema=base.META_SCHEMA,
            validators={
                **base.VALIDATORS,
                **own,
                "type": _type,
                "items": _KEYWORDS["items"],
                "additionalProperties": _KEYWORDS["additionalProperties"],
            },
            type_checker=base.TYPE_CHECKER,
            format_checker=CHECKER,
            id_of=lambda _: "",
            applicable_validators=_reference_alone,
        )

    def _required(self, validator: Any, required: Any, instance: Any, schema: Any) -> Errors:  # noqa: ANN401 - jsonschema's signature
        if not validator.is_type(instance, "object") or not isinstance(required, list):
            return
        properties = schema.get("properties", {})
        for name in required:
            if name not in instance and not self._hidden(validator, properties.get(name)):
                yield ValidationError(f"{name!r} is a required property")

    def _hidden(self, validator: Any, schema: Any, depth: int = 0) -> bool:  # noqa: ANN401 - jsonschema's signature
        if not isinstance(schema, dict) or depth > 8:
            return False
        keyword = _HIDDEN[self.mode]
        reference = schema.get("$ref")
        if schema.get(keyword) is True and (reference is None or self.specification.dialect != "3.0"):
            return True
        if reference is not None:
            target = validator._resolver.lookup(reference)
            inner = validator.evolve(schema=target.contents, _resolver=target.resolver)
            return self._hidden(inner, target.contents, depth + 1)
        return any(self._hidden(validator, part, depth + 1) for part in schema.get("allOf", []))

    def _one_of(self, validator: Any, branches: Any, instance: Any, schema: Any) -> Errors:  # noqa: ANN401 - jsonschema's signature
        if isinstance(schema.get("discriminator"), dict):
            yield from _discriminated(validator, branches, instance, schema["discriminator"])
        elif self.any_branch:
            yield from _KEYWORDS["anyOf"](validator, branches, instance, schema)
        else:
            yield from _KEYWORDS["oneOf"](validator, branches, instance, schema)

    def _any_of(self, validator: Any, branches: Any, instance: Any, schema: Any) -> Errors:  # noqa: ANN401 - jsonschema's signature
        if isinstance(schema.get("discriminator"), dict):
            yield from _discriminated(validator, branches, instance, schema["discriminator"])
        else:
            yield from _KEYWORDS["anyOf"](validator, branches, instance, schema)


def _pattern(validator: Any, pattern: Any, instance: Any, schema: Any) -> Errors:  # noqa: ANN401, ARG001 - jsonschema's signature
    """As JSON Schema has it; what is no regular expression lets everything through."""
    if validator.is_type(instance, "string") and not found_in(str(pattern), instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _reference_alone(schema: Any) -> Iterable[tuple[str, Any]]:  # noqa: ANN401 - jsonschema's signature
    reference = schema.get("$ref")
    return [("$ref", reference)] if isinstance(reference, str) else list(schema.items())


def _type(validator: Any, declared: Any, instance: Any, schema: Any) -> Errors:  # noqa: ANN401 - jsonschema's signature
    """Types of 3.0: `nullable` belongs to `type`; a type that does not exist promises nothing."""
    if instance is None and schema.get("nullable") is True:
        return
    types = [declared] if isinstance(declared, str) else declared
    known = {"object", "array", "string", "number", "integer", "boolean", "null"}
    if isinstance(types, list) and set(types) <= known:
        yield from _KEYWORDS["type"](validator, types, instance, schema)


def _discriminated(validator: Any, branches: Any, instance: Any, discriminator: Any) -> Errors:  # noqa: ANN401 - jsonschema's signature
    """The branch that the discriminator names must fit; the others are not asked."""
    name = discriminator.get("propertyName")
    chosen = instance.get(name) if isinstance(instance, dict) else None
    mapping = discriminator.get("mapping") or {}
    inline = [branch for branch in branches if "$ref" not in branch]
    for branch in branches:
        reference = branch.get("$ref")
        if reference is None:
            continue
        names = [key for key, to in mapping.items() if _ends_alike(str(to), reference)]
        if chosen in (names or [reference.rpartition("/")[2]]):
            yield from validator.descend(instance, branch)
            return
    if not any(validator.evolve(schema=branch).is_valid(instance) for branch in inline):
        yield ValidationError(f"{name!r} is {chosen!r}, which names no branch")


def _ends_alike(to: str, reference: str) -> bool:
    return to == reference or ("/" not in to and to == reference.rpartition("/")[2])


def _told(error: ValidationError | None) -> str:
    if error is None:
        return ""
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error.absolute_path)
    message = " ".join(error.message.split())
    message = message if len(message) <= 160 else f"{message[:157]}..."
    return f"{place.removeprefix('.')}: {message}" if place else message


def as_text(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """A value as a parameter or header carries it (style form or simple)."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ",".join(as_text(item) for item in value)
    if isinstance(value, dict):
        return ",".join(f"{k},{as_text(v)}" for k, v in value.items())
    return json.dumps(value)


def readings(text: str) -> Iterator[Any]:
    """What a text on the wire may mean to a reader that knows the schema."""
    yield text
    plain = _from_text(text)
    if not isinstance(plain, str):
        yield plain
    parts = text.split(",")
    yield parts
    yield [_from_text(part) for part in parts]
    if len(parts) % 2 == 0:
        yield dict(zip(parts[::2], parts[1::2], strict=True))
        yield {k: _from_text(v) for k, v in zip(parts[::2], parts[1::2], strict=True)}


def _from_text(text: str) -> Any:  # noqa: ANN401 - any JSON value
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, int | float | bool) or value is None else text
