"""Response headers: added, removed, guaranteed or not."""

from collections.abc import Iterator

from harness.drift.compare.parameters import in_words, is_plain, style_of
from harness.drift.documents.matching import Endpoint, answered_alike, headers
from harness.drift.documents.specification import Node
from harness.drift.rules import Change, rule

_NONE = "paths: {/a: {get: {responses: {'200': {description: x}}}}}"


def _with(header: str) -> str:
    return _NONE.replace("description: x", f"description: x, headers: {{X-A: {header}}}")


_OPTIONAL = _with("{schema: {type: string}}")
_REQUIRED = _with("{required: true, schema: {type: string}}")


def _witness(kind: str, status: str, name: str) -> dict[str, str]:
    number = "599" if status == "default" else status.replace("XX", "99")
    return {"kind": f"answer {kind} header", "status": number, "name": name}


@rule(
    "required-header-removed",
    "operation",
    "A required response header was removed.",
    {"response": "breaking"},
    _REQUIRED,
    _NONE,
    "header-added",
)
def required_header_removed(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    for status, before, after in answered_alike(old, new):
        for name, header in headers(before).items():
            if name not in headers(after) and header.get("required") is True:
                message = f"response {status}: required header {name} removed"
                yield Change(header, message, "response", _witness("without", status, name))


@rule(
    "optional-header-removed",
    "operation",
    "An optional response header was removed.",
    {"response": "warning"},
    _OPTIONAL,
    _NONE,
    "header-added",
)
def optional_header_removed(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    for status, before, after in answered_alike(old, new):
        for name, header in headers(before).items():
            if name not in headers(after) and header.get("required") is not True:
                message = f"response {status}: optional header {name} removed"
                yield Change(header, message, "response", _witness("with", status, name))


@rule(
    "header-added",
    "operation",
    "A response header was added.",
    {"response": "compatible"},
    _NONE,
    _OPTIONAL,
    "optional-header-removed",
)
def header_added(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    for status, before, after in answered_alike(old, new):
        for name, header in headers(after).items():
            if name not in headers(before):
                message = f"response {status}: header {name} added"
                yield Change(header, message, "response", _witness("with", status, name))


@rule(
    "header-optional",
    "operation",
    "A response header is no longer required.",
    {"response": "breaking"},
    _REQUIRED,
    _OPTIONAL,
    "header-required",
)
def header_optional(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    yield from _promised(new, old, "required became optional")


@rule(
    "header-required",
    "operation",
    "A response header is now required.",
    {"response": "compatible"},
    _OPTIONAL,
    _REQUIRED,
    "header-optional",
)
def header_required(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    yield from _promised(old, new, "optional became required")


def _promised(loose: Endpoint, strict: Endpoint, message: str) -> Iterator[Change]:
    for status, without, promising in answered_alike(loose, strict):
        for name, header in headers(promising).items():
            other = headers(without).get(name)
            if other is not None and header.get("required") is True and other.get("required") is not True:
                told = f"response {status}: header {name}: {message}"
                yield Change(header, told, "response", _witness("without", status, name))


_DEPRECATED = _with("{deprecated: true, schema: {type: string}}")


@rule(
    "header-deprecated",
    "operation",
    "A response header is now deprecated.",
    {"response": "compatible"},
    _OPTIONAL,
    _DEPRECATED,
    "header-reactivated",
    visible=False,
)
def header_deprecated(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    for status, name, before, after in _both(old, new):
        if after.get("deprecated") is True and before.get("deprecated") is not True:
            yield Change(after, f"response {status}: header {name} deprecated", "response")


@rule(
    "header-reactivated",
    "operation",
    "A response header is no longer deprecated.",
    {"response": "compatible"},
    _DEPRECATED,
    _OPTIONAL,
    "header-deprecated",
    visible=False,
)
def header_reactivated(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    for status, name, before, after in _both(old, new):
        if before.get("deprecated") is True and after.get("deprecated") is not True:
            yield Change(after, f"response {status}: header {name} no longer deprecated", "response")


_OBJECT = _with("{schema: {type: object}}")


@rule(
    "header-style-changed",
    "operation",
    "A response header is serialised differently (style, explode).",
    {"response": "breaking"},
    _OBJECT,
    _OBJECT.replace("X-A: {", "X-A: {explode: true, "),
    "header-style-changed",
    visible=False,
)
def header_style_changed(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    for status, name, before, after in _both(old, new):
        had, has = style_of(before), style_of(after)
        if had != has and not (had[1:] == has[1:] and is_plain(before) and is_plain(after)):
            told = f"response {status}: header {name}: {in_words(had)} became {in_words(has)}"
            yield Change(after, told, "response")


def _both(old: Endpoint, new: Endpoint) -> Iterator[tuple[str, str, Node, Node]]:
    """The headers that both sides describe for the same status."""
    for status, before, after in answered_alike(old, new):
        theirs = headers(after)
        yield from ((status, name, header, theirs[name]) for name, header in headers(before).items() if name in theirs)
