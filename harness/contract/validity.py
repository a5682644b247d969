"""Whether a value fits a schema of an OpenAPI document, and where it does not.

jsonschema-rs checks first, because nearly every value fits; jsonschema with the document's own dialect explains what it
refused and has the last word: dialects have keywords that plain JSON Schema lacks.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from itertools import islice
from typing import Any

import jsonschema_rs
from jsonschema import FormatChecker
from jsonschema.exceptions import FormatError, ValidationError
from referencing import Registry
from referencing.jsonschema import DRAFT202012

ROOT = "urn:provestand:document"
MOST_ERRORS = 10_000
"""Explaining one takes up to a tenth of a millisecond, and an answer may have a hundred thousand similar ones."""

FORMATS = ("date", "date-time", "uuid")
STRICTER = frozenset({"discriminator", "readOnly", "writeOnly", "jsonSchemaDialect", "$schema", "$id"})
"""Keywords with which a document's dialect may refuse what plain JSON Schema accepts."""


class Validity:
    """The validators of a document's schemas, each built once: building one takes longer than using it."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._content = content
        self._deciding: dict[int, jsonschema_rs.Draft202012Validator | None] = {}
        self._explaining: dict[int, Any] = {}

    def errors(self, schema: Mapping[str, Any], value: object) -> Iterator[ValidationError]:
        """Where a JSON value (numbers may be Decimal) breaks a schema in the document; at most MOST_ERRORS.

        They are looked for one after the other: the first of many may be enough.
        """
        if not self._is_decided(schema, value):
            yield from islice(self._explained_by(schema).iter_errors(value), MOST_ERRORS)

    def fits(self, schema: Mapping[str, Any], value: object) -> bool:
        """Whether a JSON value fits a schema in the document."""
        return self._is_decided(schema, value) or bool(self._explained_by(schema).is_valid(value))

    def _is_decided(self, schema: Mapping[str, Any], value: object) -> bool:
        if id(schema) not in self._deciding:
            self._deciding[id(schema)] = self._decided_by(schema)
        validator = self._deciding[id(schema)]
        if validator is None:
            return False
        try:
            return validator.is_valid(value)
        except (ValueError, TypeError, RecursionError):  # a value that is not JSON, or is nested too deeply
            return False

    def _decided_by(self, schema: Mapping[str, Any]) -> jsonschema_rs.Draft202012Validator | None:
        """None if plain JSON Schema cannot read it, or might accept what the document's dialect refuses."""
        if self._has_a_stricter_dialect:
            return None
        checks = {name: _checked(name) for name in FORMATS}
        try:
            registry = jsonschema_rs.Registry([(ROOT, self._plain)], draft=jsonschema_rs.Draft202012)
            return jsonschema_rs.Draft202012Validator(
                _in_document(schema), registry=registry, formats=checks, validate_formats=True
            )
        except (ValueError, jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError):
            return None

    def _explained_by(self, schema: Mapping[str, Any]) -> Any:  # noqa: ANN401 - jsonschema's Validator protocol is private
        if id(schema) not in self._explaining:
            # Slow to import, and many commands read a document without ever using its schemas.
            from openapi_schema_validator import OAS30ReadValidator, OAS31Validator  # noqa: PLC0415

            dialect = OAS31Validator if str(self._content["openapi"]).startswith("3.1") else OAS30ReadValidator
            # Its `multipleOf` can divide Decimal by Decimal, but not Decimal by float.
            exact = json.loads(json.dumps(_in_document(schema)), parse_float=Decimal)
            self._explaining[id(schema)] = dialect(
                exact, registry=self._registry, format_checker=FormatChecker(FORMATS)
            )
        return self._explaining[id(schema)]

    @cached_property
    def _plain(self) -> Any:  # noqa: ANN401 - a JSON value
        return json.loads(json.dumps(self._content, default=str))

    @cached_property
    def _has_a_stricter_dialect(self) -> bool:
        return any(word in STRICTER for word in _words(self._plain))

    @cached_property
    def _registry(self) -> Registry[Any]:
        exact = json.loads(json.dumps(self._plain), parse_float=Decimal)
        registry: Registry[Any] = Registry().with_resource(ROOT, DRAFT202012.create_resource(exact))
        return registry


def _in_document(schema: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a JSON value
    """The schema with its `#/components/…` references pointing into the document, wherever the schema itself is."""
    return json.loads(json.dumps(schema, default=str).replace('"$ref": "#/', f'"$ref": "{ROOT}#/'))


def _checked(name: str) -> Callable[[str], bool]:
    def conforms(text: str) -> bool:
        try:
            FormatChecker((name,)).check(text, name)
        except FormatError:
            return False
        return True

    return conforms


def _words(node: Any) -> Iterator[str]:  # noqa: ANN401 - a JSON value
    left = [node]
    while left:
        part = left.pop()
        if isinstance(part, dict):
            yield from part
            left += part.values()
        elif isinstance(part, list):
            left += part
