"""Operations: added, removed, moved, deprecated; operationId."""

from collections.abc import Iterator

from harness.drift.documents.matching import Endpoint, Match
from harness.drift.rules import Change, rule

_ONE = "paths: {/a: {get: {operationId: a, responses: {'200': {description: x}}}}}"
_TWO = _ONE[:-1] + ", /b: {get: {operationId: b, responses: {'200': {description: x}}}}}"
_PLAIN = "paths: {/a: {get: {responses: {'200': {description: x}}}}}"
_DEPRECATED = "paths: {/a: {get: {deprecated: true, responses: {'200': {description: x}}}}}"


def _call(endpoint: Endpoint) -> dict[str, str]:
    return {"kind": "call", "name": endpoint.name, "method": endpoint.method, "path": _whole(endpoint)}


def _whole(endpoint: Endpoint) -> str:
    return endpoint.base + endpoint.path if endpoint.kind == "operation" else endpoint.path


@rule(
    "operation-removed",
    "document",
    "An operation was removed.",
    {"operation": "breaking"},
    _TWO,
    _ONE,
    "operation-added",
)
def operation_removed(match: Match) -> Iterator[Change]:
    for endpoint in match.removed:
        if not (endpoint.kind == "callback" and endpoint.owner in match.removed):
            yield Change(endpoint.node, "removed", "operation", _call(endpoint), operation=endpoint.name)


@rule(
    "operation-added",
    "document",
    "An operation was added.",
    {"operation": "compatible"},
    _ONE,
    _TWO,
    "operation-removed",
)
def operation_added(match: Match) -> Iterator[Change]:
    for endpoint in match.added:
        if not (endpoint.kind == "callback" and endpoint.owner in match.added):
            yield Change(endpoint.node, "added", "operation", _call(endpoint), operation=endpoint.name)


@rule(
    "operation-moved",
    "document",
    "An operation has moved to another path; its operationId identifies it.",
    {"operation": "breaking"},
    _ONE,
    _ONE.replace("/a", "/b"),
    "operation-moved",
)
def operation_moved(match: Match) -> Iterator[Change]:
    for old, new in match.moved:
        yield Change(new.node, f"moved from {old.path} to {new.path}", "operation", _call(old), operation=old.name)


_SLASH = _PLAIN.replace("/a:", "/a/:")


@rule(
    "trailing-slash-changed",
    "operation",
    "A path ends with a slash on one side only: whether that matters is up to the server.",
    {"operation": "warning"},
    _PLAIN,
    _SLASH,
    "trailing-slash-changed",
    visible=False,
)
def trailing_slash_changed(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    if old.kind == "operation" and old.slash != new.slash and old.template == new.template:
        yield Change(new.node, f"the path was {old.path}", "operation")


@rule(
    "operation-deprecated",
    "operation",
    "An operation is now deprecated.",
    {"operation": "compatible"},
    _PLAIN,
    _DEPRECATED,
    "operation-reactivated",
    visible=False,
)
def operation_deprecated(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    if new.node.get("deprecated") is True and old.node.get("deprecated") is not True:
        sunset = new.node.get("x-sunset")
        yield Change(new.node.child("deprecated"), f"deprecated{f', sunset {sunset}' if sunset else ''}", "operation")


@rule(
    "operation-reactivated",
    "operation",
    "An operation is no longer deprecated.",
    {"operation": "compatible"},
    _DEPRECATED,
    _PLAIN,
    "operation-deprecated",
    visible=False,
)
def operation_reactivated(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    if old.node.get("deprecated") is True and new.node.get("deprecated") is not True:
        yield Change(new.node, "no longer deprecated", "operation")


@rule(
    "operation-sunset-changed",
    "operation",
    "The announced end date of an operation has changed.",
    {"operation": "warning"},
    _DEPRECATED.replace("true,", "true, x-sunset: '2027-01-01',"),
    _DEPRECATED.replace("true,", "true, x-sunset: '2026-06-01',"),
    "operation-sunset-changed",
    visible=False,
)
def operation_sunset_changed(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    had, has = old.node.get("x-sunset"), new.node.get("x-sunset")
    if had is not None and had != has and new.node.get("deprecated") is True:
        yield Change(new.node, f"sunset {has or 'none'}, was {had}", "operation")


@rule(
    "operation-id-changed",
    "operation",
    "An operationId has changed: generated clients name their functions after it.",
    {"operation": "warning"},
    _ONE,
    _ONE.replace("operationId: a", "operationId: b"),
    "operation-id-changed",
    visible=False,
)
def operation_id_changed(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    if old.id and new.id and old.id != new.id:
        yield Change(new.node.child("operationId"), f"operationId {old.id} became {new.id}", "operation")


@rule(
    "operation-id-removed",
    "operation",
    "An operationId was removed: generated clients name their functions after it.",
    {"operation": "warning"},
    _ONE,
    _PLAIN,
    "operation-id-added",
    visible=False,
)
def operation_id_removed(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    if old.id and not new.id:
        yield Change(old.node.child("operationId"), f"operationId {old.id} removed", "operation")


@rule(
    "operation-id-added",
    "operation",
    "An operationId was added.",
    {"operation": "compatible"},
    _PLAIN,
    _ONE,
    "operation-id-removed",
    visible=False,
)
def operation_id_added(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    if new.id and not old.id:
        yield Change(new.node.child("operationId"), f"operationId {new.id} added", "operation")
