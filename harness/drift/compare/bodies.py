"""Request bodies: added or removed, required or not, media types."""

from collections.abc import Iterator

from harness.drift.documents.matching import Endpoint, content, covering
from harness.drift.rules import Change, rule

_NONE = "paths: {/a: {post: {responses: {'200': {description: x}}}}}"
_JSON = "application/json: {schema: {type: object}}"


def _body(required: str, types: str = _JSON) -> str:
    return _NONE.replace("post: {", f"post: {{requestBody: {{required: {required}, content: {{{types}}}}}, ")


_OPTIONAL, _REQUIRED = _body("false"), _body("true")
_BOTH = _body("true", f"{_JSON}, application/xml: {{schema: {{type: object}}}}")


def _must(endpoint: Endpoint) -> bool:
    return endpoint.body is not None and endpoint.body.get("required") is True


@rule(
    "required-body-added",
    "operation",
    "A required request body was added.",
    {"request": "breaking"},
    _NONE,
    _REQUIRED,
    "body-removed",
)
def required_body_added(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    if old.body is None and new.body is not None and _must(new):
        yield Change(new.body, "required request body added", "request", {"kind": "request without body"})


@rule(
    "optional-body-added",
    "operation",
    "An optional request body was added.",
    {"request": "compatible"},
    _NONE,
    _OPTIONAL,
    "body-removed",
)
def optional_body_added(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    if old.body is None and new.body is not None and not _must(new):
        yield Change(new.body, "optional request body added", "request", _sent(new))


@rule(
    "body-removed",
    "operation",
    "A request body was removed.",
    {"request": "breaking"},
    _REQUIRED,
    _NONE,
    "required-body-added",
)
def body_removed(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    if old.body is not None and new.body is None:
        yield Change(old.body, "request body removed", "request", _sent(old))


@rule(
    "body-required",
    "operation",
    "A request body is now required.",
    {"request": "breaking"},
    _OPTIONAL,
    _REQUIRED,
    "body-optional",
)
def body_required(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    if old.body is not None and new.body is not None and _must(new) and not _must(old):
        at = new.body.child("required")
        yield Change(at, "request body: optional became required", "request", {"kind": "request without body"})


@rule(
    "body-optional",
    "operation",
    "A request body is now optional.",
    {"request": "compatible"},
    _REQUIRED,
    _OPTIONAL,
    "body-required",
)
def body_optional(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    if old.body is not None and new.body is not None and _must(old) and not _must(new):
        yield Change(new.body, "request body: required became optional", "request", {"kind": "request without body"})


@rule(
    "request-media-type-removed",
    "operation",
    "A media type of the request body is no longer accepted.",
    {"request": "breaking"},
    _BOTH,
    _REQUIRED,
    "request-media-type-added",
)
def request_media_type_removed(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    if new.body is not None:
        for media, node in content(old.body).items():
            if covering(media, content(new.body)) is None:
                witness = {"kind": "request with body", "media_type": media}
                yield Change(node, f"request media type {media} removed", "request", witness)


@rule(
    "request-media-type-added",
    "operation",
    "A further media type of the request body is accepted.",
    {"request": "compatible"},
    _REQUIRED,
    _BOTH,
    "request-media-type-removed",
)
def request_media_type_added(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    if old.body is not None:
        for media, node in content(new.body).items():
            if covering(media, content(old.body)) is None:
                witness = {"kind": "request with body", "media_type": media}
                yield Change(node, f"request media type {media} added", "request", witness)


def _sent(endpoint: Endpoint) -> dict[str, str] | None:
    media = next(iter(content(endpoint.body)), None)
    return {"kind": "request with body", "media_type": media} if media else None
