"""Links of responses: where a client may continue."""

from collections.abc import Iterator

from harness.drift.documents.matching import Endpoint, answered_alike
from harness.drift.documents.specification import Node
from harness.drift.rules import Change, rule

_NONE = "paths: {/a: {get: {operationId: a, responses: {'200': {description: x}}}}}"
_LINK = _NONE.replace("description: x", "description: x, links: {next: {operationId: a}}")


@rule(
    "link-removed",
    "operation",
    "A link was removed.",
    {"response": "warning"},
    _LINK,
    _NONE,
    "link-added",
    visible=False,
)
def link_removed(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    yield from _links(old, new, "removed")


@rule(
    "link-added",
    "operation",
    "A link was added.",
    {"response": "compatible"},
    _NONE,
    _LINK,
    "link-removed",
    visible=False,
)
def link_added(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    yield from _links(new, old, "added")


def _links(before: Endpoint, after: Endpoint, word: str) -> Iterator[Change]:
    for status, one, other in answered_alike(before, after):
        theirs = other.children("links")
        for name, link in one.children("links").items():
            if name not in theirs:
                yield Change(link, f"response {status}: link {name} {word}", "response")


@rule(
    "link-changed",
    "operation",
    "A link points elsewhere.",
    {"response": "warning"},
    _LINK,
    _LINK.replace("next: {operationId: a}", "next: {operationId: a, parameters: {q: 1}}"),
    "link-changed",
    visible=False,
)
def link_changed(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    for status, before, after in answered_alike(old, new):
        mine = before.children("links")
        for name, link in after.children("links").items():
            if name in mine and _facts(mine[name]) != _facts(link):
                yield Change(link, f"response {status}: link {name} points elsewhere", "response")


def _facts(link: Node) -> dict[str, object]:
    facts = link.resolved.value
    if not isinstance(facts, dict):
        return {}
    return {key: value for key, value in facts.items() if key not in {"description", "server"}}
