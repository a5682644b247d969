"""Servers: the API's base URLs."""

from collections.abc import Iterator

from harness.drift.documents.matching import Match
from harness.drift.documents.specification import Node, Specification
from harness.drift.rules import Change, rule

_A = "servers: [{url: 'https://a.test'}]\npaths: {/a: {get: {responses: {'200': {description: x}}}}}"
_AB = _A.replace("servers: [", "servers: [{url: 'https://b.test'}, ")


@rule(
    "server-removed", "document", "A server was removed.", {"other": "warning"}, _AB, _A, "server-added", visible=False
)
def server_removed(match: Match) -> Iterator[Change]:
    for url, node in _urls(match.old).items():
        if url not in _urls(match.new):
            yield Change(node, f"server {url} removed", "other")


@rule(
    "server-added", "document", "A server was added.", {"other": "compatible"}, _A, _AB, "server-removed", visible=False
)
def server_added(match: Match) -> Iterator[Change]:
    for url, node in _urls(match.new).items():
        if url not in _urls(match.old):
            yield Change(node, f"server {url} added", "other")


def _urls(specification: Specification) -> dict[str, Node]:
    return {str(node.get("url", "")).rstrip("/"): node for node in specification.root.items("servers")}
