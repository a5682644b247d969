"""Responses: statuses and media types."""

from collections.abc import Iterator

from harness.drift.documents.matching import Endpoint, answered_alike, content, covering
from harness.drift.documents.specification import Node
from harness.drift.rules import Change, rule

_ONE = "paths: {/a: {get: {responses: {'200': {description: x, content: {application/json: {schema: {}}}}}}}}"
_SUCCESS = _ONE.replace("responses: {", "responses: {'202': {description: x}, ")
_ERROR = _ONE.replace("responses: {", "responses: {'409': {description: x}, ")
_BOTH = _ONE.replace("content: {", "content: {application/xml: {schema: {}}, ")


def _is_error(status: str) -> bool:
    return status[:1] in {"4", "5", "D"}


def _example(status: str, beside: Endpoint) -> str:
    """A status that a key covers; for a range, one that the other side does not name separately."""
    if status == "DEFAULT":
        return "599"
    numbers = (status.replace("XX", f"{number:02}") for number in range(99, -1, -1))
    return next((number for number in numbers if number not in beside.responses), status)


def _gone(before: Endpoint, after: Endpoint) -> Iterator[tuple[str, Node, dict[str, str]]]:
    for status, node in before.responses.items():
        example = _example(status, after)
        if after.response(example) is None:
            yield status.lower() if status == "DEFAULT" else status, node, {"kind": "answer", "status": example}


def _is_spread(status: str, endpoint: Endpoint) -> bool:
    """Whether a range is written out as single statuses."""
    return status.endswith("XX") and any(other[:1] == status[:1] for other in endpoint.responses)


@rule(
    "success-status-removed",
    "operation",
    "A success status was removed.",
    {"response": "breaking"},
    _SUCCESS,
    _ONE,
    "success-status-added",
)
def success_status_removed(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    for status, node, witness in _gone(old, new):
        if not _is_error(status.upper()) and not _is_spread(status, new):
            yield Change(node, f"response {status} removed", "response", witness)


_RANGE = _SUCCESS.replace("202", "2XX")


@rule(
    "success-range-narrowed",
    "operation",
    "Only some of a range of success statuses are left.",
    {"response": "compatible"},
    _RANGE,
    _SUCCESS,
    "success-status-added",
)
def success_range_narrowed(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    for status, node, witness in _gone(old, new):
        if not _is_error(status.upper()) and _is_spread(status, new):
            yield Change(node, f"response {status}: only single statuses are left", "response", witness)


@rule(
    "success-status-added",
    "operation",
    "A success status was added.",
    {"response": "warning"},
    _ONE,
    _SUCCESS,
    "success-status-removed",
)
def success_status_added(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    for status, node, witness in _gone(new, old):
        if not _is_error(status.upper()):
            yield Change(node, f"response {status} added", "response", witness)


@rule(
    "error-status-removed",
    "operation",
    "An error status was removed.",
    {"response": "compatible"},
    _ERROR,
    _ONE,
    "error-status-added",
)
def error_status_removed(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    for status, node, witness in _gone(old, new):
        if _is_error(status.upper()):
            yield Change(node, f"response {status} removed", "response", witness)


@rule(
    "error-status-added",
    "operation",
    "An error status was added.",
    {"response": "compatible"},
    _ONE,
    _ERROR,
    "error-status-removed",
)
def error_status_added(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    for status, node, witness in _gone(new, old):
        if _is_error(status.upper()):
            yield Change(node, f"response {status} added", "response", witness)


@rule(
    "response-media-type-removed",
    "operation",
    "A media type of the response is no longer offered.",
    {"response": "breaking"},
    _BOTH,
    _ONE,
    "response-media-type-added",
)
def response_media_type_removed(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    yield from _media_types(old, new, "removed")


@rule(
    "response-media-type-added",
    "operation",
    "A further media type of the response is offered.",
    {"response": "compatible"},
    _ONE,
    _BOTH,
    "response-media-type-removed",
)
def response_media_type_added(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    yield from _media_types(new, old, "added")


def _media_types(before: Endpoint, after: Endpoint, word: str) -> Iterator[Change]:
    for status, one, other in answered_alike(before, after):
        types = content(other)
        for media, at in content(one).items():
            # A range also covers what is written out on the other side.
            written_out = media.endswith("*") and any(covering(name, {media: at}) for name in types)
            if covering(media, types) is None and not written_out:
                witness = {"kind": "answer in media type", "status": _number(status), "media_type": media}
                yield Change(at, f"response {status}: media type {media} {word}", "response", witness)


def _number(status: str) -> str:
    return "599" if status == "default" else status.replace("XX", "99")
