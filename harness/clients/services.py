"""Which service each call in a recording went to: the issuer, an API, or an unrelated one."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from harness.contract.client_calls import ISSUER, token_of
from harness.contract.contract import Contract
from harness.exchange import Exchange, Request
from harness.targets.profiles import PROFILES, known_apis

TOKEN, METADATA = "/token", "/.well-known/oauth-authorization-server"
ELSEWHERE = "elsewhere"


@dataclass(frozen=True)
class Services:
    """Where the services are in a recording: the hosts of the issuer and of each API, with its contract there."""

    issuers: frozenset[str]
    apis: Mapping[str, "Place"]

    @classmethod
    def of(cls, exchanges: Iterable[Exchange], contracts: Mapping[str, Contract]) -> "Services":
        requests = [exchange.request for exchange in exchanges]
        published = {_host(profile.issuer) for profile in PROFILES.values() if profile.issuer}
        asked = {_host(request.url) for request in requests if _asks_for_our_scopes(request)}
        places = {name: Place.of(contract, requests) for name, contract in contracts.items()}
        return cls(frozenset(published | asked), places)

    def of_request(self, request: Request) -> str:
        """The name of an API, `maskinporten`, or `elsewhere`."""
        path = request.parts.path
        is_of_issuer = METADATA in path or (path.endswith(TOKEN) and request.method == "POST")
        if is_of_issuer and _host(request.url) in self.issuers:
            return ISSUER
        return next((name for name, place in self.apis.items() if place.has(request)), ELSEWHERE)


@dataclass(frozen=True)
class Place:
    """Where an API was called: at its known hosts or, if none was called, at any host with paths of the API's form."""

    contract: Contract
    hosts: frozenset[str]

    @classmethod
    def of(cls, contract: Contract, requests: list[Request]) -> "Place":
        """A proxy may serve an API under an extra path prefix, which the calls with longer paths reveal."""
        own = [request for request in requests if contract.operation_of(request) is not None]
        known = _hosts(contract.api)
        called = frozenset(_host(request.url) for request in own) & known
        above = Counter(path for request in own if (path := _above(contract, request)) is not None)
        if called or not above:
            return cls(contract, called)
        return cls(contract.served_at(above.most_common(1)[0][0]), called)

    def has(self, request: Request) -> bool:
        if self.contract.operation_of(request) is None:
            return False
        return not self.hosts or _host(request.url) in self.hosts


def _above(contract: Contract, request: Request) -> str | None:
    """The path prefix before the operation of a call; None under a published base path."""
    path, operation = request.parts.path.rstrip("/"), contract.operation_of(request)
    if operation is None or any(f"{path}/".startswith(f"{base}/") for base in contract.document.base_paths if base):
        return None
    return "/".join(path.split("/")[: -operation.path.count("/")])


def _hosts(api: str) -> frozenset[str]:
    known = known_apis().get(api)
    urls = (url for by_style in known.hosts.values() for url in by_style.values()) if known else ()
    return frozenset(_host(url) for url in urls)


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower()


def _asks_for_our_scopes(request: Request) -> bool:
    """Whether a token request's grant is for a scope of the APIs' owner: other services have token endpoints, too."""
    if request.method != "POST" or not request.parts.path.endswith(TOKEN) or b"assertion=" not in request.body:
        return False
    try:
        fields = dict(parse_qsl(request.body.decode(), max_num_fields=50))
    except ValueError:
        return False
    grant = token_of(fields.get("assertion", "") or fields.get("client_assertion", ""))
    owners = {api.scope.partition(":")[0] for api in known_apis().values()}
    return grant is not None and any(scope.partition(":")[0] in owners for scope in grant.scopes)
