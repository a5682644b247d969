"""OpenAPI's demands on the parts of a document. Malformed parts are noted and removed; the rest is compared.

A malformed part neither refuses a payload nor proves anything; its surroundings are read as if it were absent.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from harness.drift.documents.json_values import canonical, type_of
from harness.drift.documents.patterns import is_expression
from harness.drift.documents.specification import LITERAL, NAMED, REFERENCES, Key, Malformed, Specification

Other = Callable[[str, str, str], Any]
"""Reads another file of a document, given its name, the reference to it, and the place of that reference."""

GREATEST = 1e300  # the largest number that readers can handle; NaN is not below it
MOST_TOLD = 200  # malformed places that are reported


@dataclass(frozen=True)
class Mapped:
    """A mapping from names to parts of one kind; `extended` means that names beginning with `x-` are extensions."""

    kind: "Kind"
    extended: bool = False


@dataclass(frozen=True)
class Listed:
    """A list of parts of one kind; `whole` means that one malformed element invalidates the list."""

    kind: "Kind"
    whole: bool = False


Kind = str | Mapped | Listed

_PARAMETER: dict[str, Kind] = {
    "name": "string",
    "in": "string",
    "style": "string",
    "schema": "schema",
    "required": "boolean",
    "explode": "boolean",
    "allowReserved": "boolean",
    "deprecated": "boolean",
    "content": Mapped("media type"),
}
_OBJECTS: dict[str, dict[str, Kind]] = {
    "document": {
        "paths": Mapped("path item", extended=True),
        "webhooks": Mapped("path item"),
        "components": "components",
        "servers": Listed("server"),
        "security": Listed("object"),
    },
    "components": {
        "schemas": Mapped("schema"),
        "responses": Mapped("response"),
        "parameters": Mapped("parameter"),
        "requestBodies": Mapped("request body"),
        "headers": Mapped("parameter"),
        "securitySchemes": Mapped("object"),
        "links": Mapped("object"),
        "callbacks": Mapped("callback"),
        "pathItems": Mapped("path item"),
        "mediaTypes": Mapped("media type"),
    },
    "path item": {
        **dict.fromkeys(("get", "put", "post", "delete", "options", "head", "patch", "trace", "query"), "operation"),
        "additionalOperations": Mapped("operation"),
        "parameters": Listed("parameter"),
        "servers": Listed("server"),
    },
    "operation": {
        "operationId": "string",
        "deprecated": "boolean",
        "parameters": Listed("parameter"),
        "requestBody": "request body",
        "responses": Mapped("response", extended=True),
        "callbacks": Mapped("callback"),
        "security": Listed("object"),
        "servers": Listed("server"),
    },
    "parameter": _PARAMETER,
    "request body": {"required": "boolean", "content": Mapped("media type")},
    "response": {
        "content": Mapped("media type"),
        "headers": Mapped("parameter"),
        "links": Mapped("object"),
    },
    "media type": {"schema": "schema", "itemSchema": "schema"},
    "server": {"url": "string"},
    "object": {},
    "discriminator": {"propertyName": "string", "mapping": Mapped("string")},
    "schema": {
        "type": "type",
        "enum": "list",
        **dict.fromkeys(
            ("properties", "patternProperties", "dependentSchemas", "$defs", "definitions"), Mapped("schema")
        ),
        **dict.fromkeys(("anyOf", "oneOf"), Listed("schema", whole=True)),
        **dict.fromkeys(("allOf", "prefixItems"), Listed("schema")),
        **dict.fromkeys(("items", "additionalProperties", "not", "if", "then", "else", "contains"), "schema"),
        **dict.fromkeys(("propertyNames", "unevaluatedProperties", "unevaluatedItems", "contentSchema"), "schema"),
        "required": Listed("string"),
        "dependentRequired": Mapped(Listed("string")),
        **dict.fromkeys(("minimum", "maximum"), "number"),
        **dict.fromkeys(("exclusiveMinimum", "exclusiveMaximum"), "limit"),
        "multipleOf": "positive number",
        **dict.fromkeys(
            ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), "non-negative integer"
        ),
        **dict.fromkeys(("minContains", "maxContains"), "non-negative integer"),
        **dict.fromkeys(("uniqueItems", "nullable", "readOnly", "writeOnly", "deprecated"), "boolean"),
        **dict.fromkeys(("format", "title", "$id", "$anchor", "$dynamicAnchor"), "string"),
        "pattern": "pattern",
        "discriminator": "discriminator",
    },
}
_DEMANDING = frozenset({"not", "if", "then", "else", "contains"})
"""The schemas that say something even if they accept anything."""
_ANYTHING = {"$comment": "malformed"}
"""Replaces a malformed schema: it accepts anything, but unlike `{}` it still is a place of its own."""
_TYPES = frozenset({"object", "array", "string", "number", "integer", "boolean", "null"})


_KNOWN = frozenset(
    {
        *(name for fields in _OBJECTS.values() for name in fields),
        *REFERENCES,
        *("description", "summary", "title", "default", "example", "examples", "const", "externalDocs", "xml"),
        *("openapi", "info", "tags", "variables", "encoding", "$schema", "$comment", "allowEmptyValue", "x-sunset"),
        *("scheme", "bearerFormat", "flows", "scopes", "authorizationUrl", "tokenUrl", "refreshUrl"),
        *("openIdConnectUrl", "operationRef", "implicit", "password", "clientCredentials", "authorizationCode"),
    }
)


def known_parts(value: Any, names: bool = False) -> Any:  # noqa: ANN401, FBT001, FBT002 - any JSON value
    """A part of a document as it may be shown: unknown keywords may hold secrets. `names`: the keys are names."""
    if isinstance(value, list):
        return [known_parts(child) for child in value]
    if not isinstance(value, dict):
        return value
    shown = {}
    for name, child in value.items():
        if not names and name in LITERAL:
            shown[name] = child
        elif names or name in _KNOWN:
            shown[name] = known_parts(child, not names and name in NAMED)
        else:
            shown[name] = "…"
    return shown


def examine(specification: Specification, other: Other) -> None:
    """Follows all references of a document, reads the files that they lead to, and removes malformed parts.

    Raises what `other` raises.
    """
    _Examination(specification, other).run()


class _Examination:
    def __init__(self, specification: Specification, other: Other) -> None:
        self._specification, self._other = specification, other
        _ = specification.dialect  # before any part of the root is removed
        self._waiting: list[tuple[Kind, str, str, Any]] = [("document", "", "", specification.trees[""])]
        self._seen: set[tuple[Kind, int]] = set()
        self._links: list[tuple[Kind, str, str, dict[str, Any]]] = []

    def run(self) -> None:
        while self._waiting:
            kind, uri, pointer, value = self._waiting.pop()
            if (kind, id(value)) not in self._seen:
                self._seen.add((kind, id(value)))
                self._part(kind, uri, pointer, value)
        self._cut_circles()

    def _part(self, kind: Kind, uri: str, pointer: str, value: Any) -> None:  # noqa: ANN401 - any JSON value
        if isinstance(kind, Mapped):
            if kind.kind != "schema" and isinstance(value.get("$ref"), str):
                self._reference(kind, uri, pointer, value)  # not in OpenAPI, but common: all paths in one file
                return
            fields = {
                name: kind.kind for name in value if not (kind.extended and isinstance(name, str) and name[:2] == "x-")
            }
            self._members(uri, pointer, value, fields)
        elif isinstance(kind, Listed):
            self._elements(kind, uri, pointer, value)
        elif kind == "callback":
            self._reference(kind, uri, pointer, value)
            fields = {name: "path item" for name in value if not str(name).startswith(("x-", "$ref"))}
            self._members(uri, pointer, value, fields)
        elif isinstance(value, dict):
            raw = dict(value)
            referred = self._reference(kind, uri, pointer, value)
            if kind == "schema":
                self._specification.keywords.update(name for name in value if isinstance(name, str))
            if not (referred and self._specification.dialect == "3.0"):
                self._members(uri, pointer, value, _OBJECTS[kind])
            if kind == "schema" and value == {} != raw:
                value |= _ANYTHING

    def _members(self, uri: str, pointer: str, value: dict[Any, Any], fields: Mapping[str, Kind]) -> None:
        for name in [name for name in value if name in fields]:
            place = f"{pointer}/{str(name).replace('~', '~0').replace('/', '~1')}"
            kind, child = fields[name], value[name]
            problem = self._problem(kind, child)
            if problem:
                self._note(uri, place, problem, child)
                if kind == "schema" and name not in _DEMANDING:
                    value[name] = dict(_ANYTHING)
                else:
                    del value[name]
            elif kind == "non-negative integer":
                value[name] = int(child)  # 3.0 is an integer, too
            elif isinstance(child, dict | list) and not _is_plain(kind):
                problem = self._problem_of_branches(kind, child)
                if problem:
                    self._note(uri, place, problem, child)
                    del value[name]
                else:
                    self._waiting.append((kind, uri, place, child))

    def _problem_of_branches(self, kind: Kind, value: Any) -> str:  # noqa: ANN401 - any JSON value
        """What is wrong with a list that one malformed element invalidates; empty if nothing is."""
        if not (isinstance(kind, Listed) and kind.whole):
            return ""
        return "an element is not a schema" if any(self._problem(kind.kind, one) for one in value) else ""

    def _elements(self, kind: Listed, uri: str, pointer: str, value: list[Any]) -> None:
        """Removes malformed elements from a list of strings, and replaces them by empty ones in a list of objects."""
        for index, child in enumerate(value):
            problem = self._problem(kind.kind, child)
            if problem:
                self._note(uri, f"{pointer}/{index}", problem, child)
                value[index] = None if kind.kind == "string" else {}
            elif isinstance(child, dict | list) and not _is_plain(kind.kind):
                self._waiting.append((kind.kind, uri, f"{pointer}/{index}", child))
        if kind.kind == "string":
            value[:] = [child for child in value if child is not None]

    def _reference(self, kind: Kind, uri: str, pointer: str, value: dict[str, Any]) -> bool:
        """Follows a part's reference; returns whether there is one that leads somewhere."""
        found = False
        for keyword in REFERENCES if kind == "schema" and self._specification.dialect != "3.0" else ("$ref",):
            if keyword not in value:
                continue
            place, reference = f"{pointer}/{keyword}", value[keyword]
            if not isinstance(reference, str):
                self._note(uri, place, f"{_shown(reference)} where a reference is expected", reference)
                del value[keyword]
                continue
            key = self._followed(uri, pointer, reference)
            try:
                target = self._specification.at(key).value
            except KeyError:
                self._note(uri, place, f"{reference} leads nowhere", reference)
                del value[keyword]
                continue
            problem = "the document itself" if key == ("", "") else self._problem(kind, target)
            if problem:
                self._note(uri, place, f"{reference} leads to {problem}", [reference, type_of(target)])
                del value[keyword]
                continue
            found = True
            if keyword == "$ref":
                self._links.append((kind, uri, pointer, value))
            if isinstance(target, dict):
                self._waiting.append((kind, *key, target))
        return found

    def _followed(self, uri: str, pointer: str, reference: str) -> Key:
        specification = self._specification
        file, fragment = specification.leads_to(uri, pointer, reference)
        if file not in specification.trees:
            specification.trees[file] = self._other(file, reference, f"{uri}#{pointer}")
            return specification.leads_to(uri, pointer, reference)
        return file, fragment

    def _cut_circles(self) -> None:
        """Removes references that lead to themselves, directly or not: they say nothing."""
        specification = self._specification
        specification.forget()
        for kind, uri, pointer, value in self._links:
            try:
                start = here = specification.at((uri, pointer))
            except KeyError:
                continue  # its parent has been removed
            seen = {start}
            while "$ref" in here.value and (len(here.value) == 1 or specification.dialect == "3.0"):
                following = specification.leads_on(here)
                if following is None or not isinstance(following.value, dict):
                    break
                if following in seen:
                    if following is start or start is here:
                        self._note(uri, f"{pointer}/$ref", "the reference leads to itself", value["$ref"])
                        del value["$ref"]
                        value.update(_ANYTHING if kind == "schema" and not value else {})
                    break
                seen.add(following)
                here = following
        specification.forget()

    def _problem(self, kind: Kind, value: Any) -> str:  # noqa: ANN401 - any JSON value
        """What is wrong with a value where this kind of part belongs; empty if nothing is."""
        if isinstance(kind, Mapped):
            return "" if isinstance(value, dict) else f"{_shown(value)} where an object is expected"
        if isinstance(kind, Listed):
            return "" if isinstance(value, list) else f"{_shown(value)} where a list is expected"
        if kind in _SCALARS and type_of(value) == "number" and not abs(value) <= GREATEST:
            return "a number that is too large"
        if kind in _SCALARS:
            return "" if _SCALARS[kind](value) else f"{_shown(value)} where a {kind} is expected"
        if kind == "discriminator" and self._specification.moved and isinstance(value, str):
            return ""  # Swagger 2.0's notation
        if kind == "limit":
            fits = _is_number(value) or (isinstance(value, bool) and self._specification.dialect == "3.0")
            return "" if fits else f"{_shown(value)} where a number is expected"
        if kind == "pattern":
            fits = isinstance(value, str) and is_expression(value)
            return "" if fits else "not a regular expression"
        if kind == "schema" and isinstance(value, bool):
            return ""
        return "" if isinstance(value, dict) else f"{_shown(value)} where an object is expected"

    def _note(self, uri: str, pointer: str, problem: str, raw: Any) -> None:  # noqa: ANN401 - any JSON value
        if len(self._specification.malformed) < MOST_TOLD:
            parent, _, name = pointer.rpartition("/")
            place = uri, parent
            with suppress(KeyError):
                place = self._specification.written(self._specification.at((uri, parent)))
            told = Malformed((uri, pointer), f"{place[0]}#{place[1]}/{name}", problem, canonical(raw))
            self._specification.malformed.append(told)


def _is_plain(kind: Kind) -> bool:
    return isinstance(kind, str) and kind not in _OBJECTS and kind != "callback"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= GREATEST


def _is_count(value: object) -> bool:
    return _is_number(value) and value >= 0 and value == int(value)  # type: ignore[operator, call-overload]


def _is_type(value: object) -> bool:
    types = value if isinstance(value, list) else [value]
    return all(isinstance(one, str) and one in _TYPES for one in types)


_SCALARS: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "list": lambda value: isinstance(value, list),
    "number": _is_number,
    "positive number": lambda value: _is_number(value) and value > 0,
    "non-negative integer": _is_count,
    "type": _is_type,
}


def _shown(value: object) -> str:
    """The type of a value: the value itself may be a secret."""
    article = "an" if type_of(value)[0] in "ao" else "a"
    return "null" if value is None else f"{article} {type_of(value)}"
