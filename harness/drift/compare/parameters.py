"""Parameters: added, removed, required, style."""

from collections.abc import Iterator

from harness.drift.documents.matching import Endpoint
from harness.drift.documents.specification import Node
from harness.drift.rules import Change, rule
from harness.drift.schemas.shapes import Shapes

_WITHOUT = "paths: {/a: {get: {responses: {'200': {description: x}}}}}"
_QUERY = "{name: q, in: query, schema: {type: string}}"


def _with(parameter: str) -> str:
    return _WITHOUT.replace("get: {", f"get: {{parameters: [{parameter}], ")


_OPTIONAL, _REQUIRED = _with(_QUERY), _with(_QUERY.replace("in: query", "in: query, required: true"))
_LISTS = "{name: q, in: query, schema: {type: array, items: {type: string}}}"


def _told(parameter: Node) -> str:
    return f"{parameter.get('in')} parameter {parameter.get('name')}"


def _witness(kind: str, key: tuple[str, str], parameter: Node) -> dict[str, str]:
    where, name = key
    return {"kind": f"request {kind} parameter", "in": where, "key": name, "name": str(parameter.get("name"))}


def _required(parameter: Node) -> bool:
    return parameter.get("required") is True


@rule(
    "required-parameter-added",
    "operation",
    "A required parameter was added.",
    {"request": "breaking"},
    _WITHOUT,
    _REQUIRED,
    "parameter-removed",
)
def required_parameter_added(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    for key, parameter in new.parameters.items():
        if key not in old.parameters and _required(parameter) and not _is_in_path(key, old):
            yield Change(
                parameter, f"required {_told(parameter)} added", "request", _witness("without", key, parameter)
            )


@rule(
    "optional-parameter-added",
    "operation",
    "An optional parameter was added.",
    {"request": "compatible"},
    _WITHOUT,
    _OPTIONAL,
    "parameter-removed",
)
def optional_parameter_added(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    for key, parameter in new.parameters.items():
        if key not in old.parameters and not _required(parameter):
            yield Change(parameter, f"optional {_told(parameter)} added", "request", _witness("with", key, parameter))


def _is_in_path(key: tuple[str, str], endpoint: Endpoint) -> bool:
    """Whether the path has a placeholder for a parameter that is not described: callers fill it anyway."""
    where, position = key
    return where == "path" and position.isdecimal() and int(position) < endpoint.path.count("{")


@rule(
    "path-parameter-described",
    "operation",
    "A parameter that was already in the path is now described.",
    {"request": "compatible"},
    "paths: {'/a/{id}': {get: {responses: {'200': {description: x}}}}}",
    "paths: {'/a/{id}': {get: {parameters: [{name: id, in: path, required: true, schema: {type: string}}], "
    "responses: {'200': {description: x}}}}}",
    "parameter-removed",
    visible=False,
)
def path_parameter_described(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    for key, parameter in new.parameters.items():
        if key not in old.parameters and _is_in_path(key, old):
            yield Change(parameter, f"{_told(parameter)} described", "request")


@rule(
    "parameter-removed",
    "operation",
    "A parameter was removed: it is ignored if a client sends it.",
    {"request": "warning"},
    _OPTIONAL,
    _WITHOUT,
    "optional-parameter-added",
)
def parameter_removed(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    for key, parameter in old.parameters.items():
        if key not in new.parameters:
            yield Change(parameter, f"{_told(parameter)} removed", "request", _witness("with", key, parameter))


@rule(
    "parameter-required",
    "operation",
    "A parameter is now required.",
    {"request": "breaking"},
    _OPTIONAL,
    _REQUIRED,
    "parameter-optional",
)
def parameter_required(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    for key, parameter in new.parameters.items():
        if key in old.parameters and _required(parameter) and not _required(old.parameters[key]):
            witness = _witness("without", key, parameter)
            yield Change(parameter, f"{_told(parameter)}: optional became required", "request", witness)


@rule(
    "parameter-optional",
    "operation",
    "A parameter is now optional.",
    {"request": "compatible"},
    _REQUIRED,
    _OPTIONAL,
    "parameter-required",
)
def parameter_optional(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    for key, parameter in new.parameters.items():
        if key in old.parameters and not _required(parameter) and _required(old.parameters[key]):
            witness = _witness("without", key, parameter)
            yield Change(parameter, f"{_told(parameter)}: required became optional", "request", witness)


@rule(
    "parameter-style-changed",
    "operation",
    "A parameter is serialised differently (style, explode, allowReserved).",
    {"request": "breaking"},
    _with(_LISTS),
    _with(_LISTS.replace("in: query", "in: query, explode: false")),
    "parameter-style-changed",
    visible=False,
)
def parameter_style_changed(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    for key, parameter in new.parameters.items():
        if key in old.parameters:
            had, has = style_of(old.parameters[key]), style_of(parameter)
            if had != has and not (had[1:] == has[1:] and is_plain(old.parameters[key]) and is_plain(parameter)):
                yield Change(parameter, f"{_told(parameter)}: {in_words(had)} became {in_words(has)}", "request")


def style_of(parameter: Node) -> tuple[bool, str, str, bool]:
    """How a parameter is serialised: exploded, style, media type, and whether reserved characters are kept."""
    style = str(parameter.get("style") or ("form" if parameter.get("in") in {"query", "cookie"} else "simple"))
    media = ", ".join(parameter.children("content"))
    return bool(parameter.get("explode", style == "form")), style, media, parameter.get("allowReserved") is True


def in_words(style: tuple[bool, str, str, bool]) -> str:
    """A serialisation as text."""
    explode, name, media, reserved = style
    return media or f"{name}{', exploded' if explode else ''}{', reserved characters unescaped' if reserved else ''}"


def is_plain(parameter: Node) -> bool:
    """Whether exploding makes no difference: the value is neither a list nor an object."""
    return not {"array", "object"} & {shape.type for shape in Shapes("request").of((parameter.child("schema"),))}


@rule(
    "parameter-deprecated",
    "operation",
    "A parameter is now deprecated.",
    {"request": "compatible"},
    _OPTIONAL,
    _with(_QUERY.replace("in: query", "in: query, deprecated: true")),
    "parameter-reactivated",
    visible=False,
)
def parameter_deprecated(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    yield from _flagged(old, new, "deprecated")


@rule(
    "parameter-reactivated",
    "operation",
    "A parameter is no longer deprecated.",
    {"request": "compatible"},
    _with(_QUERY.replace("in: query", "in: query, deprecated: true")),
    _OPTIONAL,
    "parameter-deprecated",
    visible=False,
)
def parameter_reactivated(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    yield from _flagged(new, old, "no longer deprecated")


def _flagged(before: Endpoint, after: Endpoint, word: str) -> Iterator[Change]:
    for key, parameter in after.parameters.items():
        earlier = before.parameters.get(key)
        if earlier is not None and parameter.get("deprecated") is True and earlier.get("deprecated") is not True:
            yield Change(parameter, f"{_told(parameter)} {word}", "request")
