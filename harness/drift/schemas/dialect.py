"""Translates a document's schemas into JSON Schema 2020-12, so that any validator can judge by them.

Some translations only change the notation: OpenAPI 3.0's `nullable`, its rule that siblings of a `$ref` are ignored,
its flags for exclusive limits, and references by anchor, which become pointers. Where OpenAPI says more than JSON
Schema, that is kept: integer formats have ranges, a property used in one direction only is not required in the other,
and a discriminator names the branch.
"""

from typing import Any, Literal
from urllib.parse import quote

from harness.drift.documents.patterns import as_written_out, is_known
from harness.drift.documents.specification import LITERAL, NAMED, REFERENCES, Key, Node, Specification
from harness.drift.schemas.formats import FORMATS, RANGES
from harness.drift.schemas.shapes import Mode, branch_names, has_flag

Reading = Literal["openapi", "json schema", "first branch"]
"""How to read a document: as OpenAPI defines it; as validators without OpenAPI do, which ignore discriminators, require
readOnly and writeOnly properties in both directions, and apply keywords that OpenAPI 3.0 lacks; or as clients do that
take the first matching branch."""

BASE = "https://document.invalid/"
_HIDDEN: dict[Mode, str] = {"request": "readOnly", "response": "writeOnly"}
NOT_IN_30 = frozenset(
    {
        *("const", "if", "then", "else", "contains", "minContains", "maxContains", "prefixItems", "patternProperties"),
        *("propertyNames", "dependentRequired", "dependentSchemas", "unevaluatedProperties", "unevaluatedItems"),
    }
)
_DROPPED = frozenset(
    {"$id", "id", "$anchor", "$dynamicAnchor", "$schema", "$vocabulary", "$recursiveRef", "$recursiveAnchor"}
)


def address(key: Key) -> str:
    """The URI of a place in the translated document."""
    uri, pointer = key
    return f"{BASE}{quote(uri, safe='')}#{quote(pointer, safe='/~')}"


class Translation:
    """The files of a document in JSON Schema 2020-12, for one direction."""

    def __init__(self, specification: Specification, mode: Mode, reading: Reading) -> None:
        self._specification, self._mode, self._reading = specification, mode, reading
        self._old = specification.dialect == "3.0"
        self._unknown = NOT_IN_30 if self._old and reading != "json schema" else frozenset[str]()
        self._hides = mode in hidden(specification)

    def trees(self) -> dict[str, Any]:
        """Each file's tree by its URI."""
        return {
            address((uri, "")).removesuffix("#"): self._part(uri, "", tree)
            for uri, tree in self._specification.trees.items()
        }

    def _part(self, uri: str, pointer: str, value: Any) -> Any:  # noqa: ANN401 - any JSON value
        if isinstance(value, dict):
            return self._keywords(uri, pointer, value)
        if isinstance(value, list):
            return [
                self._part(uri, f"{pointer}/{i}", child) if isinstance(child, dict | list) else child
                for i, child in enumerate(value)
            ]
        return value

    def _keywords(self, uri: str, pointer: str, value: dict[str, Any]) -> dict[str, Any]:
        leads_to = self._specification.leads_to
        if self._old and isinstance(value.get("$ref"), str):
            return {"$ref": address(leads_to(uri, pointer, value["$ref"]))}
        result: dict[str, Any] = {}
        more: list[Any] = []
        for name, child in value.items():
            if not isinstance(child, dict | list):
                if name in REFERENCES and isinstance(child, str):
                    more.append({"$ref": address(leads_to(uri, pointer, child))})
                elif name not in _DROPPED and name not in self._unknown:
                    result[name] = child
            elif name in self._unknown:
                continue
            elif name in LITERAL:
                result[name] = child
            elif name in NAMED and isinstance(child, dict):
                result[name] = {
                    key: self._part(uri, f"{pointer}/{name}/{_escaped(key)}", one)
                    for key, one in child.items()
                    if name != "patternProperties" or (is_known(key) and as_written_out(key) == key)
                }
            else:
                result[name] = self._part(uri, f"{pointer}/{_escaped(name)}", child)
        self._adapt(uri, pointer, value, result, more)
        if more:
            own = result.get("allOf")
            result["allOf"] = [*(own if isinstance(own, list) else ()), *more]
        return result

    def _adapt(self, uri: str, pointer: str, value: dict[str, Any], result: dict[str, Any], more: list[Any]) -> None:
        """Translates the keywords that 2020-12 lacks or defines differently."""
        if self._old:
            _exclusive(result, "minimum", "exclusiveMinimum")
            _exclusive(result, "maximum", "exclusiveMaximum")
            types = result.get("type")
            if value.get("nullable") is True and isinstance(types, str | list):
                result["type"] = [*([types] if isinstance(types, str) else types), "null"]
        result.pop("nullable", None)
        known = result.get("format")
        if not isinstance(known, str):
            result.pop("format", None)
        elif known in RANGES:
            low, high = RANGES[known]
            more.append({"minimum": low, "maximum": high, "multipleOf": 1})
        if isinstance(known, str) and (known not in FORMATS or known in RANGES):
            result.pop("format")
        if isinstance(result.get("pattern"), str):
            pattern = result.pop("pattern")
            if is_known(pattern):
                result["pattern"] = as_written_out(pattern)
        if self._reading != "json schema":
            if self._hides and isinstance(value.get("required"), list) and isinstance(value.get("properties"), dict):
                hidden = _HIDDEN[self._mode]
                properties = self._specification.at((uri, pointer)).child("properties")
                result["required"] = [x for x in value["required"] if not has_flag(properties.child(x), hidden)]
            for keyword in ("oneOf", "anyOf"):
                if keyword in value and _names_branches(value.get("discriminator")):
                    node = self._specification.at((uri, pointer))
                    more.append({"anyOf": self._discriminated(node, keyword)})
                    result.pop(keyword)
        if self._reading == "first branch" and "oneOf" in result:
            more.append({"anyOf": result.pop("oneOf")})
        result.pop("discriminator", None)

    def _discriminated(self, node: Node, keyword: str) -> list[Any]:
        found = []
        for branch in node.items(keyword):
            names = branch_names(node, branch)
            inner = self._part(*branch.key, branch.value)
            if names is not None:
                chosen = node.value["discriminator"].get("propertyName", "")
                found.append({"required": [chosen], "properties": {chosen: {"enum": names}}, "allOf": [inner]})
            else:
                found.append(inner)
        return found


def hidden(specification: Specification) -> frozenset[Mode]:
    """The directions in which some part of a document is not used."""
    return frozenset(mode for mode, keyword in _HIDDEN.items() if keyword in specification.keywords)


def _names_branches(discriminator: object) -> bool:
    return (
        isinstance(discriminator, dict)
        and isinstance(discriminator.get("propertyName"), str)
        and isinstance(discriminator.get("mapping", {}), dict)
    )


def _escaped(name: object) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")


def _exclusive(schema: dict[str, Any], limit: str, exclusive: str) -> None:
    """In 3.0 a flag makes a limit exclusive; without the limit the flag means nothing."""
    flag = schema.get(exclusive)
    if isinstance(flag, bool):
        schema.pop(exclusive)
        if flag and limit in schema:
            schema[exclusive] = schema.pop(limit)
