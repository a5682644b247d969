"""Fields of OpenAPI that no other rule compares: changes in them are reported, and never called unchanged."""

from collections.abc import Iterator

from harness.drift.documents.json_values import canonical
from harness.drift.documents.matching import METHODS, Endpoint, Match, answered_alike, content, covering, headers
from harness.drift.documents.specification import Node
from harness.drift.rules import Change, Direction, rule

_SILENT = frozenset({"$ref", "summary", "description", "tags", "externalDocs", "example", "examples"})
_PARAMETER = frozenset(
    {"name", "in", "required", "deprecated", "style", "explode", "allowReserved", "schema", "content"}
)
_MEDIA_TYPE = frozenset({"schema", "itemSchema"})
_COMPARED = {
    "document": frozenset({"openapi", "$self", "info", "paths", "webhooks", "components", "security", "servers"}),
    "server": frozenset({"url", "name"}),
    "security scheme": frozenset({"type", "in", "name", "scheme", "flows", "openIdConnectUrl", "oauth2MetadataUrl"}),
    "path": frozenset({*METHODS, "additionalOperations", "parameters"}),
    "operation": frozenset(
        {"operationId", "deprecated", "parameters", "requestBody", "responses", "callbacks", "security"}
    ),
    "request body": frozenset({"required", "content"}),
    "response": frozenset({"content", "headers", "links"}),
}
_PLAIN = "paths: {/a: {get: {responses: {'200': {description: x}}}}}"
_FORM = """
paths: {/a: {post: {responses: {'200': {description: x}}, requestBody: {content: {multipart/form-data:
  {schema: {type: object}, encoding: {a: {contentType: image/png}}}}}}}}
"""
_OTHER = "Whether this matters is unknown."


@rule(
    "document-field-changed",
    "document",
    f"A field of the document that is not compared has changed. {_OTHER}",
    {"other": "warning"},
    _PLAIN,
    f"jsonSchemaDialect: https://example.com/dialect\n{_PLAIN}",
    "document-field-changed",
    visible=False,
)
def document_field_changed(match: Match) -> Iterator[Change]:
    old, new = match.old.root, match.new.root
    yield from _changed(old, new, _COMPARED["document"], "", "other")
    theirs = {str(server.get("url")): server for server in new.items("servers")}
    for server in old.items("servers"):
        url = str(server.get("url"))
        if url in theirs:
            yield from _changed(server, theirs[url], _COMPARED["server"], f"server {url}: ", "other")
    schemes = new.children("components", "securitySchemes")
    for name, scheme in old.children("components", "securitySchemes").items():
        if name in schemes:
            sides = scheme.resolved, schemes[name].resolved
            yield from _changed(*sides, _COMPARED["security scheme"], f"security scheme {name}: ", "security")


@rule(
    "field-changed",
    "operation",
    f"A field of an operation that is not compared has changed. {_OTHER}",
    {"request": "warning", "response": "warning"},
    _FORM,
    _FORM.replace("png", "jpeg"),
    "field-changed",
    visible=False,
)
def field_changed(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    asks: Direction = "request" if new.kind == "operation" else "response"
    answers: Direction = "response" if new.kind == "operation" else "request"
    yield from _changed(old.item, new.item, _COMPARED["path"], "path: ", asks)
    yield from _changed(old.node, new.node, _COMPARED["operation"], "", asks)
    for key, parameter in old.parameters.items():
        if key in new.parameters:
            what = f"{parameter.get('in')} parameter {parameter.get('name')}: "
            yield from _changed(parameter, new.parameters[key], _PARAMETER, what, asks)
    if old.body is not None and new.body is not None:
        yield from _changed(old.body, new.body, _COMPARED["request body"], "request body: ", asks)
        yield from _of_media(old.body, new.body, "request body", asks)
    for status, one, other in answered_alike(old, new):
        yield from _changed(one, other, _COMPARED["response"], f"response {status}: ", answers)
        yield from _of_media(one, other, f"response {status}", answers)
        theirs = headers(other)
        for name, header in headers(one).items():
            if name in theirs:
                yield from _changed(header, theirs[name], _PARAMETER, f"response {status} header {name}: ", answers)


def _of_media(old: Node, new: Node, what: str, direction: Direction) -> Iterator[Change]:
    theirs = content(new)
    for media, one in content(old).items():
        other = covering(media, theirs)
        if other is not None:
            yield from _changed(one, other, _MEDIA_TYPE, f"{what} ({media}): ", direction)


def _changed(old: Node, new: Node, compared: frozenset[str], what: str, direction: Direction) -> Iterator[Change]:
    """The fields that differ, except those compared elsewhere and those that promise nothing."""
    names = dict.fromkeys(str(name) for node in (old, new) for name in (node.value or ()))
    for name in names:
        if name not in compared and name not in _SILENT and not name.startswith("x-"):
            had, has = old.get(name), new.get(name)
            if canonical(had) != canonical(has):
                word = "added" if had is None else "removed" if has is None else "changed"
                yield Change(new.child(name), f"{what}{name} {word}, but is not compared", direction)
