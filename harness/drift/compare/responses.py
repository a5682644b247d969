"""Responses: statuses and media types."""

from collections.abc import Iterator

from harness.drift.documents.matching import Endpoint, content, covering
from harness.drift.documents.specification import Node
from harness.drift.rules import Change, rule

_ONE = "paths: {/a: {get: {responses: {'200': {description: x, content: {application/json: {schema: {}}}}}}}}"
_SUCCESS = _ONE.replace("responses: {", "responses: {'202': {description: x}, ")
_ERROR = _ONE.replace("responses: {", "responses: {'409': {description: x}, ")
_BOTH = _ONE.replace("content: {", "content: {application/xml: {schema: {}}, ")


def _is_error(status: str) -> bool:
    return status[:1] in {"4", "5", "D"}


def _example(status: str) -> str:
    """A status that a key speaks of: of a range one that has a meaning of its own nowhere."""
    return {"DEFAULT": "599"}.get(status, status.replace("XX", "99"))


def _gone(before: Endpoint, after: Endpoint) -> Iterator[tuple[str, Node, dict[str, str]]]:
    for status, node in before.responses.items():
        if after.response(_example(status)) is None and not _spread(status, after):
            yield (
                status.lower() if status == "DEFAULT" else status,
                node,
                {"kind": "answer", "status": _example(status)},
            )


def _spread(status: str, endpoint: Endpoint) -> bool:
    """Whether a range was written out as single statuses."""
    return status.endswith("XX") and any(other[:1] == status[:1] for other in endpoint.responses)


@rule(
    "success-status-removed",
    "operation",
    "A success status is gone.",
    {"response": "breaking"},
    _SUCCESS,
    _ONE,
    "success-status-added",
)
def success_status_removed(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    for status, node, witness in _gone(old, new):
        if not _is_error(status.upper()):
            yield Change(node, f"response {status} removed", "response", witness)


@rule(
    "success-status-added",
    "operation",
    "A success status is new.",
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
    "An error status is gone.",
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
    "An error status is new.",
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
    "A media type is no longer given.",
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
    "A media type is given too.",
    {"response": "compatible"},
    _ONE,
    _BOTH,
    "response-media-type-removed",
)
def response_media_type_added(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    yield from _media_types(new, old, "added")


def _media_types(before: Endpoint, after: Endpoint, word: str) -> Iterator[Change]:
    for status, node in before.responses.items():
        other = after.response(_example(status))
        if other is None:
            continue
        types = content(other)
        for media, at in content(node).items():
            # A range stands for what is written out on the other side as well.
            written_out = media.endswith("*") and any(covering(name, {media: at}) for name in types)
            if covering(media, types) is None and not written_out:
                shown = "default" if status == "DEFAULT" else status
                witness = {"kind": "answer in media type", "status": _example(status), "media_type": media}
                yield Change(at, f"response {shown}: media type {media} {word}", "response", witness)
