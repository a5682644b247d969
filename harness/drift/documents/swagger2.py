"""Converts Swagger 2.0 to OpenAPI 3.0, and remembers where each part is in the author's file."""

import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urldefrag

METHODS = ("get", "put", "post", "delete", "options", "head", "patch")
MOVED = {
    "/definitions": "/components/schemas",
    "/parameters": "/components/parameters",
    "/responses": "/components/responses",
    "/securityDefinitions": "/components/securitySchemes",
}
_JSON = ["application/json"]
_OF_A_PARAMETER = frozenset({"name", "in", "description", "required", "allowEmptyValue", "collectionFormat"})
_FLOWS = {"accessCode": "authorizationCode", "application": "clientCredentials"}
Raw = Callable[[str, str], Any]
"""Returns the tree of another file, given its name and the reference to it."""


@dataclass
class Converted:
    """An OpenAPI 3 document. `origins` maps the id of each container to the file and pointer of its source."""

    content: dict[str, Any]
    origins: dict[int, tuple[str, str]] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)


def converted(content: dict[str, Any], raw: Raw) -> Converted:
    """An equivalent OpenAPI 3.0 document. Raises what `raw` raises."""
    conversion = _Conversion(content, raw)
    return Converted(conversion.document(), conversion.origins, dict(MOVED))


@dataclass
class _Types:
    consumes: list[str]
    produces: list[str]

    def of(self, part: dict[str, Any]) -> "_Types":
        return _Types(_texts(part.get("consumes"), self.consumes), _texts(part.get("produces"), self.produces))


class _Conversion:
    def __init__(self, content: dict[str, Any], raw: Raw) -> None:
        self._content, self._raw = content, raw
        self.origins: dict[int, tuple[str, str]] = {}

    def document(self) -> dict[str, Any]:
        document = self._copy(self._content, "", "")
        types = _Types(_JSON, _JSON).of(document)
        parameters = {
            name: self._parameter(one)
            for name, one in _mapping(document, "parameters").items()
            if not (isinstance(one, dict) and one.get("in") in {"body", "formData"})
        }
        components = {
            "schemas": document.get("definitions", {}),
            "responses": {k: self._response(v, types) for k, v in _mapping(document, "responses").items()},
            "parameters": parameters,
            "securitySchemes": {k: self._scheme(v) for k, v in _mapping(document, "securityDefinitions").items()},
        }
        result = {
            "openapi": "3.0.3",
            "info": document.get("info", {}),
            "servers": _servers(document),
            "paths": {k: self._path_item(v, types) for k, v in _mapping(document, "paths").items()},
            "components": components,
        }
        return result | {key: document[key] for key in ("security", "tags", "externalDocs") if key in document}

    def _copy(self, node: Any, uri: str, pointer: str) -> Any:  # noqa: ANN401 - any JSON value
        """A copy that records where its parts were, with references relative to the document."""
        if isinstance(node, list):
            copied: Any = [self._copy(child, uri, f"{pointer}/{i}") for i, child in enumerate(node)]
        elif isinstance(node, dict):
            copied = {
                key: self._copy(child, uri, f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}")
                for key, child in node.items()
            }
            if uri and isinstance(copied.get("$ref"), str):
                copied["$ref"] = _from_document(uri, copied["$ref"])
            if copied.get("type") == "file":
                copied |= {"type": "string", "format": "binary"}
            if copied.get("x-nullable") is True and "type" in copied:
                copied["nullable"] = True
        else:
            return node
        self.origins[id(copied)] = uri, pointer
        return copied

    def _made(self, part: dict[str, Any], source: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON value
        """Records the source's place as that of a container that the conversion made."""
        self.origins[id(part)] = self.origins.get(id(source), ("", ""))
        return part

    def _referred(self, part: Any) -> Any:  # noqa: ANN401 - any JSON value
        """The target of a `$ref` to a part whose form changes in 3.0; the part itself if it leads nowhere."""
        for _ in range(20):
            reference = part.get("$ref") if isinstance(part, dict) else None
            if not isinstance(reference, str):
                break
            file, fragment = urldefrag(reference)
            file, pointer = posixpath.normpath(unquote(file)) if file else "", unquote(fragment)
            tree = self._raw(file, reference) if file else self._content
            found = _at(tree, pointer)
            if found is None:
                break
            part = self._copy(found, file, pointer)
        return part

    def _path_item(self, item: Any, types: _Types) -> Any:  # noqa: ANN401 - any JSON value
        item = self._referred(item)
        if not isinstance(item, dict):
            return item
        common = item.get("parameters", [])
        result = {key: value for key, value in item.items() if key not in METHODS and key != "parameters"}
        for method in METHODS:
            if method in item:
                result[method] = self._operation(item[method], common, types)
        return self._made(result, item)

    def _operation(self, operation: Any, common: Any, types: _Types) -> Any:  # noqa: ANN401 - any JSON value
        if not isinstance(operation, dict):
            return operation
        types = types.of(operation)
        own = operation.get("parameters", [])
        if not isinstance(common, list) or not isinstance(own, list):
            return operation  # the examination reports what is wrong with it
        unique = {_name(one, i): one for i, one in enumerate(self._referred(x) for x in (*common, *own))}
        body = next((p for p in unique.values() if _in(p) == "body"), None)
        form = [p for p in unique.values() if _in(p) == "formData"]
        kept = {key: value for key, value in operation.items() if key not in {"consumes", "produces", "parameters"}}
        kept["parameters"] = [self._parameter(p) for p in unique.values() if _in(p) not in {"body", "formData"}]
        if body is not None:
            media = self._made({"schema": body.get("schema", {})}, body)
            content = self._made(dict.fromkeys(types.consumes, media), body)
            kept["requestBody"] = self._made({"required": body.get("required", False), "content": content}, body)
        elif form:
            kept["requestBody"] = self._form(form, types.consumes)
        if isinstance(operation.get("responses"), dict):
            answers = {k: self._response(v, types) for k, v in operation["responses"].items()}
            kept["responses"] = self._made(answers, operation["responses"])
        return self._made(kept, operation)

    def _form(self, fields: list[dict[str, Any]], consumes: list[str]) -> dict[str, Any]:
        schema = {
            "type": "object",
            "properties": {str(f.get("name")): self._schema_of(f) for f in fields},
            "required": [str(f.get("name")) for f in fields if f.get("required") is True],
        }
        forms = [m for m in consumes if "form" in m]
        files = any(f.get("format") == "binary" for f in fields)
        default = ["multipart/form-data" if files else "application/x-www-form-urlencoded"]
        required = any(f.get("required") is True for f in fields)
        return {"required": required, "content": {media: {"schema": schema} for media in forms or default}}

    def _schema_of(self, parameter: dict[str, Any]) -> dict[str, Any]:
        schema = {key: value for key, value in parameter.items() if key not in _OF_A_PARAMETER}
        return self._made(schema, parameter)

    def _parameter(self, parameter: Any) -> Any:  # noqa: ANN401 - any JSON value
        if not isinstance(parameter, dict) or "$ref" in parameter:
            return parameter
        result: dict[str, Any] = {
            key: parameter[key] for key in ("name", "in", "description", "required") if key in parameter
        }
        collection = parameter.get("collectionFormat", "csv")
        if parameter.get("type") == "array" and parameter.get("in") == "query":
            styles = {"ssv": "spaceDelimited", "pipes": "pipeDelimited"}
            result |= {"style": styles.get(str(collection), "form"), "explode": collection == "multi"}
        result["schema"] = self._schema_of(parameter)
        return self._made(result, parameter)

    def _response(self, response: Any, types: _Types) -> Any:  # noqa: ANN401 - any JSON value
        if isinstance(response, dict) and str(response.get("$ref", "#"))[:1] != "#":
            response = self._referred(response)
        if not isinstance(response, dict) or "$ref" in response:
            return response
        result: dict[str, Any] = {"description": response.get("description", "")}
        if "schema" in response:
            media = self._made({"schema": response["schema"]}, response)
            result["content"] = self._made(dict.fromkeys(types.produces, media), response)
        if isinstance(response.get("headers"), dict):
            headers = {
                name: self._made({"schema": self._schema_of(header)}, header) if isinstance(header, dict) else header
                for name, header in response["headers"].items()
            }
            result["headers"] = self._made(headers, response["headers"])
        return self._made(result, response)

    def _scheme(self, scheme: Any) -> Any:  # noqa: ANN401 - any JSON value
        if not isinstance(scheme, dict):
            return scheme
        if scheme.get("type") == "basic":
            return self._made({"type": "http", "scheme": "basic"}, scheme)
        if scheme.get("type") != "oauth2":
            return scheme
        flow = {key: scheme[key] for key in ("authorizationUrl", "tokenUrl") if key in scheme}
        flow["scopes"] = scheme.get("scopes", {})
        name = _FLOWS.get(str(scheme.get("flow", "")), str(scheme.get("flow", "implicit")))
        return self._made({"type": "oauth2", "flows": {name: flow}}, scheme)


def _mapping(part: dict[str, Any], key: str) -> dict[str, Any]:
    value = part.get(key)
    return value if isinstance(value, dict) else {}


def _texts(value: object, otherwise: list[str]) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) and value else otherwise


def _in(parameter: Any) -> Any:  # noqa: ANN401 - any JSON value
    return parameter.get("in") if isinstance(parameter, dict) else None


def _name(parameter: Any, index: int) -> object:  # noqa: ANN401 - any JSON value
    """The key of a parameter: name and location, or its index if it is malformed."""
    if isinstance(parameter, dict) and isinstance(parameter.get("name"), str):
        return parameter["name"], str(parameter.get("in"))
    return index


def _servers(document: dict[str, Any]) -> list[dict[str, str]]:
    base = document.get("basePath", "/")
    if "host" not in document:
        return [{"url": str(base)}]
    return [{"url": f"{scheme}://{document['host']}{base}"} for scheme in _texts(document.get("schemes"), ["https"])]


def _from_document(uri: str, reference: str) -> str:
    """A reference from another file, rewritten relative to the document."""
    file, fragment = urldefrag(reference)
    if "://" in file:
        return reference
    file = posixpath.normpath(posixpath.join(posixpath.dirname(uri), file)) if file else uri
    return f"{file}#{fragment}"


def _steps(pointer: str) -> Iterator[str]:
    yield from (part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])


def _at(tree: Any, pointer: str) -> Any:  # noqa: ANN401 - any JSON value
    for step in _steps(pointer):
        if isinstance(tree, list):
            tree = tree[int(step)] if step.isdecimal() and int(step) < len(tree) else None
        else:
            tree = tree.get(step) if isinstance(tree, dict) else None
    return tree
