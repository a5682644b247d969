"""Security: which credentials are accepted."""

from collections.abc import Iterator

from harness.drift.documents.exchanges import scheme_name, security_of
from harness.drift.documents.matching import Endpoint, Match
from harness.drift.documents.specification import Node, Specification
from harness.drift.rules import Change, rule

_SCHEMES = (
    "components: {securitySchemes: {key: {type: apiKey, in: header, name: K}, oauth: {type: oauth2, flows: "
    "{clientCredentials: {tokenUrl: 'https://a.test/token', scopes: {read: r, write: w}}}}}}\n"
)


def _doc(security: str) -> str:
    return _SCHEMES + f"paths: {{/a: {{get: {{security: {security}, responses: {{'200': {{description: x}}}}}}}}}}"


_READ, _WRITE = _doc("[{oauth: [read]}]"), _doc("[{oauth: [read, write]}]")


@rule(
    "security-narrowed",
    "operation",
    "Credentials that were accepted are no longer sufficient.",
    {"security": "breaking"},
    _READ,
    _WRITE,
    "security-widened",
)
def security_narrowed(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    for way in _refused(old, new):
        message = f"{_told(way)} no longer sufficient: {_ways(new)} required"
        yield Change(new.node, message, "security", {"kind": "credentials", "credentials": way})


@rule(
    "security-widened",
    "operation",
    "Credentials are accepted that were not sufficient before.",
    {"security": "compatible"},
    _WRITE,
    _READ,
    "security-narrowed",
)
def security_widened(old: Endpoint, new: Endpoint) -> Iterator[Change]:
    for way in _refused(new, old):
        message = f"{_told(way)} now sufficient"
        yield Change(new.node, message, "security", {"kind": "credentials", "credentials": way})


def _refused(before: Endpoint, after: Endpoint) -> Iterator[dict[str, list[str]]]:
    wanted = security_of(after.node.specification, after)
    for way in security_of(before.node.specification, before):
        if not any(all(k in way and set(s) <= set(way[k]) for k, s in other.items()) for other in wanted):
            yield way


def _told(way: dict[str, list[str]]) -> str:
    parts = [f"{scheme} ({', '.join(scopes)})" if scopes else scheme for scheme, scopes in way.items()]
    return " and ".join(parts) or "no credentials"


def _ways(endpoint: Endpoint) -> str:
    return " or ".join(_told(way) for way in security_of(endpoint.node.specification, endpoint))


_FLOW = _READ
_OTHER_URL = _READ.replace("a.test/token", "b.test/token")


@rule(
    "security-scheme-changed",
    "document",
    "Where or how a token is obtained has changed (URLs, flows, scheme).",
    {"security": "warning"},
    _FLOW,
    _OTHER_URL,
    "security-scheme-changed",
    visible=False,
)
def security_scheme_changed(match: Match) -> Iterator[Change]:
    theirs = {scheme_name(match.new, name): node.resolved for name, node in _schemes(match.new).items()}
    for name, node in _schemes(match.old).items():
        other = theirs.get(scheme_name(match.old, name))
        had, has = _facts(node.resolved), _facts(other)
        for key in sorted(had.keys() | has.keys()) if other is not None else ():
            if had.get(key) != has.get(key):
                message = f"security scheme {name}: {key} {had.get(key, 'none')} became {has.get(key, 'none')}"
                yield Change(other or node, message, "security")


def _schemes(specification: Specification) -> dict[str, Node]:
    return specification.root.children("components", "securitySchemes")


def _facts(scheme: Node | None) -> dict[str, str]:
    if scheme is None:
        return {}
    facts = {key: str(scheme.get(key)) for key in ("openIdConnectUrl", "oauth2MetadataUrl") if scheme.get(key)}
    for flow, node in scheme.children("flows").items():
        facts[f"flow {flow}"] = "offered"
        for key in ("authorizationUrl", "tokenUrl", "refreshUrl", "deviceAuthorizationUrl"):
            if node.get(key):
                facts[f"{flow} {key}"] = str(node.get(key))
    return facts


_MORE_SCOPES = _READ
_FEWER_SCOPES = _READ.replace(", write: w", "")


@rule(
    "scope-removed",
    "document",
    "A scope is no longer offered.",
    {"security": "warning"},
    _MORE_SCOPES,
    _FEWER_SCOPES,
    "scope-added",
    visible=False,
)
def scope_removed(match: Match) -> Iterator[Change]:
    yield from _scopes(match.old, match.new, "removed")


@rule(
    "scope-added",
    "document",
    "A further scope is offered.",
    {"security": "compatible"},
    _FEWER_SCOPES,
    _MORE_SCOPES,
    "scope-removed",
    visible=False,
)
def scope_added(match: Match) -> Iterator[Change]:
    yield from _scopes(match.new, match.old, "added")


def _scopes(before: Specification, after: Specification, word: str) -> Iterator[Change]:
    """The scopes of flows that both sides offer."""
    theirs = {scheme_name(after, name): node.resolved for name, node in _schemes(after).items()}
    for name, node in _schemes(before).items():
        other = theirs.get(scheme_name(before, name))
        flows = other.children("flows") if other is not None else {}
        for flow, offered in node.resolved.children("flows").items():
            known = flows[flow].children("scopes") if flow in flows else offered.children("scopes")
            for scope, at in offered.children("scopes").items():
                if scope not in known:
                    yield Change(at, f"security scheme {name}: {flow}: scope {scope} {word}", "security")
