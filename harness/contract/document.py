"""Reads an OpenAPI document: its operations, their documented answers, and the fields that hold personal data."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from harness.contract.faulty import FaultySpecificationError
from harness.contract.validity import Validity
from harness.exchange import Request
from harness.files.unreadable import UnreadableFileError
from harness.files.yaml_tree import read_yaml

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

OPEN = "x-provestand-open"
LEFT_OUT = "[redacted]"
"""The placeholder in recordings for secrets and personal data."""

ENCODED = re.compile("%[0-9A-Fa-f]{2}")
UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
"""Characters that mean the same with and without percent-encoding (RFC 3986, 2.3)."""


@dataclass(frozen=True)
class Operation:
    """One method on one path. `path` is the template, without the server's base path."""

    id: str
    method: str
    path: str
    definition: Mapping[str, Any]
    parameters: tuple[Mapping[str, Any], ...]
    responses: Mapping[str, Mapping[str, Any]]

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        literals = re.split(r"\{[^}]*\}", self.path.rstrip("/"))
        return re.compile("[^/]+".join(re.escape(part) for part in literals) + r"/?\Z")

    @cached_property
    def _names(self) -> list[str]:
        return re.findall(r"\{([^}]*)\}", self.path)

    def matches(self, path: str) -> bool:
        """Whether a path below the API's base matches this operation's template."""
        return self._pattern.match(path) is not None

    def path_parameters(self, path: str) -> dict[str, str] | None:
        """The values of the path parameters if the end of `path` matches this operation's template; else None."""
        segments, template = path.rstrip("/").split("/"), self.path.split("/")[1:]
        if self.path == "/" or self._pattern.search(path) is None:
            return None
        pairs = zip(template, segments[-len(template) :], strict=True)
        return {part[1:-1]: unquote(value) for part, value in pairs if part.startswith("{")}

    @property
    def certainty(self) -> str:
        """How the operation is known (`x-provestand`): published, archived, reconstructed …; empty if unmarked."""
        return str(self.definition.get("x-provestand", {}).get("certainty", ""))

    def response(self, status: int) -> Mapping[str, Any] | None:
        """The documented response for a status: by number, else by range, else `default`."""
        keys = (str(status), f"{status // 100}XX", "default")
        return next((self.responses[key] for key in keys if key in self.responses), None)


@dataclass(frozen=True)
class Document:
    """An OpenAPI 3 document, with the queries that the checks need.

    `marked_elsewhere` are properties marked as personal in another description of the same API.
    """

    path: Path
    content: Mapping[str, Any]
    marked_elsewhere: frozenset[str] = frozenset()
    _merged: dict[int, Mapping[str, Any]] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        return tuple(self._operations())

    def _operations(self) -> Iterator[Operation]:
        for path, item in self.content.get("paths", {}).items():
            shared = item.get("parameters", [])
            for method in METHODS:
                if method in item:
                    definition = item[method]
                    yield Operation(
                        id=definition.get("operationId", f"{method} {path}"),
                        method=method.upper(),
                        path=path,
                        definition=definition,
                        parameters=tuple(self.resolve(p) for p in (*shared, *definition.get("parameters", []))),
                        responses={str(k): self.resolve(v) for k, v in definition.get("responses", {}).items()},
                    )

    def operation(self, operation_id: str) -> Operation:
        """The operation with that id; raises KeyError, which lists the existing ids."""
        for operation in self.operations:
            if operation.id == operation_id:
                return operation
        raise KeyError(f"there is no operation {operation_id!r}; there are {', '.join(o.id for o in self.operations)}")

    def operation_at(self, method: str, path: str, base: str = "") -> Operation | None:
        """The operation for a method and a URL path.

        The path is read below `base` or a server of the document; if it is below neither, its end must match an
        operation's template.
        """
        path = ENCODED.sub(_decoded, path)
        below = next(
            (path.removeprefix(b) for b in (base, *self.base_paths) if b and f"{path}/".startswith(f"{b}/")), None
        )
        asked = (o for o in self.operations if o.method == method)
        if below is not None:
            return min((o for o in asked if o.matches(below)), key=lambda o: o.path.count("{"), default=None)
        return next((o for o in asked if o.path_parameters(path) is not None), None)

    @cached_property
    def base_paths(self) -> tuple[str, ...]:
        """The paths of the document's servers, the longest first."""
        paths = {urlsplit(server["url"]).path.rstrip("/") for server in self.content.get("servers", ())}
        return tuple(sorted(paths, key=len, reverse=True))

    def request_errors(self, operation: Operation, media_type: str, body: object) -> Iterator[ValidationError]:
        """Where a JSON body (amounts as Decimal) breaks an operation's request schema; nowhere without a schema."""
        taken = self.resolve(operation.definition.get("requestBody", {})).get("content", {})
        schema = taken.get(media_type, {}).get("schema")
        return iter(()) if schema is None else self._validity.errors(schema, body)

    def resolve(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        """Follows `$ref` within the document until a node without one."""
        while "$ref" in node:
            node = self._at(node["$ref"])
        return node

    def merged(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """A schema with `$ref` followed and `allOf` merged; its own keywords win."""
        if id(schema) not in self._merged:
            resolved = self.resolve(schema)
            laid: dict[str, Any] = {}
            for part in resolved.get("allOf", ()):
                laid |= self.merged(part)
            own = {key: value for key, value in resolved.items() if key != "allOf"}
            self._merged[id(schema)] = laid | own if laid else resolved
        return self._merged[id(schema)]

    def _at(self, reference: str) -> Any:  # noqa: ANN401 - any node of the document
        node: Any = self.content
        for part in reference.removeprefix("#/").split("/"):
            node = node[unquote(part).replace("~1", "/").replace("~0", "~")]
        return node

    def media_types(self, operation: Operation, status: int) -> tuple[str, ...]:
        """The documented media types of an operation's answer with that status."""
        return tuple((operation.response(status) or {}).get("content", {}))

    def body_errors(self, operation: Operation, status: int, media_type: str, body: object) -> list[ValidationError]:
        """Where a JSON body (amounts as Decimal) breaks an operation's response schema; empty without a schema.

        A value that was left out of a recording breaks nothing.
        """
        schema = (operation.response(status) or {}).get("content", {}).get(media_type, {}).get("schema")
        errors = () if schema is None else self._validity.errors(schema, body)
        return [error for error in errors if not is_left_out(error.instance)]

    def broken_parameters(self, operation: Operation, request: Request) -> list[str]:
        """The names of the parameters that a request lacks or gives an invalid value.

        Values are read in the plain styles (`simple`, `form`); a parameter with `content` is skipped.
        """
        in_path = operation.path_parameters(request.parts.path) or {}
        in_query = parse_qs(request.parts.query, keep_blank_values=True)
        sent: dict[str, Callable[[str], list[str]]] = {
            "path": lambda name: [in_path[name]] if name in in_path else [],
            "query": lambda name: in_query.get(name, []),
            "header": lambda name: [value for key, value in request.headers if key.lower() == name.lower()],
        }
        judged = [each for each in operation.parameters if each["in"] in sent and "schema" in each]
        return [each["name"] for each in judged if not self._fits(each, sent[each["in"]](each["name"]))]

    def _fits(self, parameter: Mapping[str, Any], values: list[str]) -> bool:
        if not values:
            return not parameter.get("required", False)
        schema = self.resolve(parameter["schema"])
        value = values if schema.get("type") == "array" else _typed(schema.get("type"), values)
        return self._validity.fits(schema, value)

    @cached_property
    def _validity(self) -> Validity:
        return Validity(self.content)

    @cached_property
    def sensitive_names(self) -> frozenset[str]:
        """The names of properties that can hold personal data (marked `x-provestand-sensitive` in the document)."""
        names = set(self.marked_elsewhere)
        for schema in self.content.get("components", {}).get("schemas", {}).values():
            for name, definition in schema.get("properties", {}).items():
                if definition.get("x-provestand-sensitive"):
                    names.add(name)
        return frozenset(names)


def open_reason(error: ValidationError) -> str | None:
    """Why a schema error is an open question, because the value has been published in another form too; else None.

    A schema marks this with `x-provestand-open`: the other published form (`also`, a schema), and where (`because`).
    """
    marked = error.schema.get(OPEN) if isinstance(error.schema, dict) else None
    if marked is None or not Draft202012Validator(marked["also"]).is_valid(error.instance):
        return None
    return str(marked["because"])


def is_left_out(value: object) -> bool:
    """Whether a recording holds our placeholder in this value."""
    return isinstance(value, str) and LEFT_OUT in value


def _typed(kind: object, values: list[str]) -> object:
    """A parameter's text converted to its schema's type; unchanged if it does not convert or was sent twice."""
    if len(values) > 1:
        return values
    if kind in {"integer", "number", "boolean"}:
        try:
            return json.loads(values[0], parse_float=Decimal)
        except ValueError:
            return values[0]
    return values[0]


def load_document(path: Path) -> Document:
    """Reads a YAML or JSON document; raises FaultySpecificationError if it is not an OpenAPI 3 document."""
    try:
        content = read_yaml(path)
    except UnreadableFileError as error:
        raise FaultySpecificationError.unreadable(path, error) from error
    if not isinstance(content, dict) or not str(content.get("openapi", "")).startswith("3."):
        raise FaultySpecificationError(path, "it is not an OpenAPI 3 document")
    return Document(path, content)


def _decoded(encoded: re.Match[str]) -> str:
    character = chr(int(encoded[0][1:], 16))
    return character if UNRESERVED.fullmatch(character) else encoded[0]
