"""Swagger 2.0 in the words of OpenAPI 3.0."""

import copy
from collections.abc import Iterator
from typing import Any

METHODS = ("get", "put", "post", "delete", "options", "head", "patch")
_JSON = ["application/json"]
_OF_A_PARAMETER = frozenset({"name", "in", "description", "required", "allowEmptyValue", "collectionFormat"})
_FLOWS = {"accessCode": "authorizationCode", "application": "clientCredentials"}


def converted(content: dict[str, Any]) -> dict[str, Any]:
    """An OpenAPI 3.0 document that promises the same."""
    document = _moved(copy.deepcopy(content))
    shared = document.get("parameters", {})
    consumes, produces = document.get("consumes", _JSON), document.get("produces", _JSON)
    components = {
        "schemas": document.get("definitions", {}),
        "responses": {k: _response(v, produces) for k, v in document.get("responses", {}).items()},
        "parameters": {name: _parameter(p) for name, p in shared.items() if p.get("in") not in {"body", "formData"}},
        "securitySchemes": {k: _scheme(v) for k, v in document.get("securityDefinitions", {}).items()},
    }
    result = {
        "openapi": "3.0.3",
        "info": document.get("info", {}),
        "servers": _servers(document),
        "paths": {k: _path_item(v, shared, consumes, produces) for k, v in (document.get("paths") or {}).items()},
        "components": components,
    }
    return result | {key: document[key] for key in ("security", "tags", "externalDocs") if key in document}


def _moved(node: Any) -> Any:  # noqa: ANN401 - any JSON value
    """References point to where the parts stand in OpenAPI 3; `type: file` is binary text."""
    if isinstance(node, list):
        return [_moved(child) for child in node]
    if not isinstance(node, dict):
        return node
    node = {key: _moved(child) for key, child in node.items()}
    reference = node.get("$ref")
    if isinstance(reference, str):
        for old, new in (("definitions", "schemas"), ("parameters", "parameters"), ("responses", "responses")):
            reference = reference.replace(f"#/{old}/", f"#/components/{new}/")
        node["$ref"] = reference
    if node.get("type") == "file":
        node |= {"type": "string", "format": "binary"}
    if node.get("x-nullable") is True and "type" in node:
        node["nullable"] = True
    return node


def _servers(document: dict[str, Any]) -> list[dict[str, str]]:
    base = document.get("basePath", "/")
    if "host" not in document:
        return [{"url": base}]
    return [{"url": f"{scheme}://{document['host']}{base}"} for scheme in document.get("schemes", ["https"])]


def _path_item(
    item: dict[str, Any], shared: dict[str, Any], consumes: list[str], produces: list[str]
) -> dict[str, Any]:
    common = item.get("parameters", [])
    result: dict[str, Any] = {}
    for key, value in item.items():
        if key in METHODS:
            result[key] = _operation(value, [*common, *value.get("parameters", [])], shared, consumes, produces)
        elif key != "parameters":
            result[key] = value
    return result


def _operation(
    operation: dict[str, Any],
    parameters: list[dict[str, Any]],
    shared: dict[str, Any],
    consumes: list[str],
    produces: list[str],
) -> dict[str, Any]:
    consumes, produces = operation.pop("consumes", consumes), operation.pop("produces", produces)
    unique = {(p["name"], p["in"]): p for p in _resolved(parameters, shared)}
    body = next((p for p in unique.values() if p["in"] == "body"), None)
    form = [p for p in unique.values() if p["in"] == "formData"]
    operation["parameters"] = [_parameter(p) for p in unique.values() if p["in"] not in {"body", "formData"}]
    if body is not None:
        content = {media: {"schema": body.get("schema", {})} for media in consumes}
        operation["requestBody"] = {"required": body.get("required", False), "content": content}
    elif form:
        operation["requestBody"] = _form(form, consumes)
    operation["responses"] = {k: _response(v, produces) for k, v in operation.get("responses", {}).items()}
    return operation


def _resolved(parameters: list[dict[str, Any]], shared: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for parameter in parameters:
        reference = parameter.get("$ref")
        yield parameter if reference is None else shared[reference.removeprefix("#/components/parameters/")]


def _form(fields: list[dict[str, Any]], consumes: list[str]) -> dict[str, Any]:
    schema = {
        "type": "object",
        "properties": {f["name"]: _schema_of(f) for f in fields},
        "required": [f["name"] for f in fields if f.get("required")],
    }
    forms = [m for m in consumes if "form" in m]
    files = any(f.get("format") == "binary" for f in fields)
    default = ["multipart/form-data" if files else "application/x-www-form-urlencoded"]
    required = any(f.get("required") for f in fields)
    return {"required": required, "content": {media: {"schema": schema} for media in forms or default}}


def _schema_of(parameter: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in parameter.items() if key not in _OF_A_PARAMETER}


def _parameter(parameter: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = {
        key: parameter[key] for key in ("name", "in", "description", "required") if key in parameter
    }
    collection = parameter.get("collectionFormat", "csv")
    if parameter.get("type") == "array" and parameter.get("in") == "query":
        styles = {"ssv": "spaceDelimited", "pipes": "pipeDelimited"}
        result |= {"style": styles.get(collection, "form"), "explode": collection == "multi"}
    return result | {"schema": _schema_of(parameter)}


def _response(response: dict[str, Any], produces: list[str]) -> dict[str, Any]:
    if "$ref" in response:
        return response
    result: dict[str, Any] = {"description": response.get("description", "")}
    if "schema" in response:
        result["content"] = {media: {"schema": response["schema"]} for media in produces}
    if "headers" in response:
        result["headers"] = {name: {"schema": _schema_of(header)} for name, header in response["headers"].items()}
    return result


def _scheme(scheme: dict[str, Any]) -> dict[str, Any]:
    if scheme.get("type") == "basic":
        return {"type": "http", "scheme": "basic"}
    if scheme.get("type") != "oauth2":
        return scheme
    flow = {key: scheme[key] for key in ("authorizationUrl", "tokenUrl") if key in scheme}
    name = _FLOWS.get(scheme.get("flow", ""), scheme.get("flow", "implicit"))
    return {"type": "oauth2", "flows": {name: flow | {"scopes": scheme.get("scopes", {})}}}
