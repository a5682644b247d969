"""Finds the calls of a recording that belong to an API, and the base URLs of that API."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from harness.clients.recorded import Recorded, read_client_traffic
from harness.clients.services import ELSEWHERE
from harness.contract.contract import Contract
from harness.contract.document import LEFT_OUT, Operation
from harness.contract.faulty import FaultySpecificationError
from harness.contract.pinned import contract_of, issuer_names
from harness.exchange import Exchange, Request
from harness.har import WORDS_FOR_A_GAP, UnreadableRecordingError, read_recording
from harness.suite.corpus import Roles
from harness.suite.options import EMBEDDED
from harness.suite.settings import Settings, ensure_requirements_known
from harness.suite.stand import is_below
from harness.targets.configuration import load_target
from harness.targets.model import Target
from harness.targets.problem import ConfigurationError

TAKEN_OUT = re.compile(
    rb"(?<=[\">])(?:[*#]{3,}|(?:\xe2\x97\x8f|\xe2\x80\xa2){3,}|([0-9a-fA-F])\1{7}-(?:\1{4}-){3}\1{12}|"
    rb"(?:[\[<({_*-]{0,3}|&lt;)(?i:" + WORDS_FOR_A_GAP.encode() + rb")(?:[\])}>_*-]{0,3}|&gt;))(?=[\"<])"
)
"""Placeholders that people put into a recording in place of a value."""


class NothingRecordedError(Exception):
    """A recording without any call to the APIs to be judged."""


@dataclass(frozen=True)
class Traffic:
    """The recorded exchanges of one API in order of time, and the base URLs where they were found.

    `unreadable` counts further exchanges whose answers were not recorded completely.
    """

    contract: Contract
    roots: tuple[str, ...]
    exchanges: tuple[Exchange, ...]
    unreadable: int = 0


def read_traffic(settings: Settings, start: Path) -> dict[str, Traffic]:
    """The recorded traffic of each requested API, limited to the target's base URLs if a target was named.

    Raises pytest.UsageError for unreadable input, NothingRecordedError if there is nothing to judge.
    """
    if settings.recorded is None:
        return {}
    try:
        named = None if settings.target == EMBEDDED else load_target(settings.target, start)
        exchanges = read_recording(settings.recorded).exchanges
        found = {
            api: _of_target(api, named, exchanges) if named else traffic_of(contract_of(api), exchanges)
            for api in settings.apis
            if named is None or api in named.apis
        }
    except (ConfigurationError, FaultySpecificationError, UnreadableRecordingError) as error:
        raise pytest.UsageError(str(error)) from error
    judged = {api: traffic for api, traffic in found.items() if traffic.exchanges}
    if not judged:
        raise NothingRecordedError(_why_nothing(settings, len(exchanges), sum(t.unreadable for t in found.values())))
    ensure_requirements_known(settings, {api: traffic.contract for api, traffic in judged.items()})
    return judged


def read_clients_traffic(settings: Settings) -> Recorded:
    """The recorded traffic of a client of the requested APIs, and of their token issuer.

    Raises pytest.UsageError for unreadable input, NothingRecordedError if there is nothing to judge.
    """
    assert settings.recorded is not None  # noqa: S101 - callers have a recording
    try:
        found = read_client_traffic(settings.recorded, {name: contract_of(name) for name in settings.apis})
    except (FaultySpecificationError, UnreadableRecordingError) as error:
        raise pytest.UsageError(str(error)) from error
    if not any(call.service != ELSEWHERE for call in found.calls):
        names = " or ".join(settings.apis)
        why = f"has no call to {names} or Maskinporten (calls to other services: {len(found.calls)})"
        raise NothingRecordedError(f"{settings.recorded} {why}. Record what the client itself sends.")
    contracts = {**found.contracts, **{name: contract_of(name) for name in issuer_names()}}
    ensure_requirements_known(settings, contracts)
    return Recorded(found.calls, contracts, found.lost)


def _of_target(api: str, target: Target, exchanges: Iterable[Exchange]) -> Traffic:
    configured = target.apis[api]
    return traffic_of(contract_of(api, configured.version), exchanges, configured.base_url)


def _why_nothing(settings: Settings, answers: int, unreadable: int) -> str:
    names = " or ".join(settings.apis)
    if unreadable:
        kept = f"has calls to {names} ({unreadable}), but no complete answer"
        return f"{settings.recorded} {kept}. Record with bodies: in Chrome, “Export HAR (with sensitive data)”."
    where = "at the target's addresses" if settings.target != EMBEDDED else "that can be recognised"
    hint = "Use --target to name the target that was called."
    return f"{settings.recorded} has no calls to {names} {where} (answers of others: {answers}). {hint}"


def traffic_of(contract: Contract, exchanges: Iterable[Exchange], base_url: str | None = None) -> Traffic:
    """The exchanges of a recording that belong to an API.

    With a base URL, these are the calls to it, or, if there are none, calls to the same path on any host. Without one,
    they are the calls to a URL that names the API, and those beside calls that can belong to no other API.
    """
    exchanges = list(exchanges)
    roots = _named_roots(exchanges, base_url) if base_url else _found_roots(contract, exchanges)
    own = [exchange for exchange in exchanges if any(is_below(exchange.request, root) for root in roots)]
    whole = [_as_judged(exchange) for exchange in own if exchange.response.completeness == "whole"]
    commonest = tuple(root for root, _ in roots.most_common())
    contract = contract.served_at(commonest[0]) if commonest else contract
    return Traffic(contract, commonest, tuple(sorted(whole, key=lambda e: e.started)), len(own) - len(whole))


def _named_roots(exchanges: Iterable[Exchange], base_url: str) -> Counter[str]:
    base_url = base_url.rstrip("/")
    if any(is_below(exchange.request, base_url) for exchange in exchanges):
        return Counter([base_url])
    path = urlsplit(base_url).path
    hosts = (_host(exchange.request) for exchange in exchanges)
    return Counter(host + path for host in hosts if host is not None and path)


def _found_roots(contract: Contract, exchanges: Iterable[Exchange]) -> Counter[str]:
    found = (_root(contract, exchange.request) for exchange in exchanges)
    return Counter(root for root in found if root is not None)


def _root(contract: Contract, request: Request) -> str | None:
    """The base URL that a call reveals: a published one, or one whose path names the API or is typical of it."""
    host = _host(request)
    if host is None:
        return None
    known = [str(server.get("url", "")).rstrip("/") for server in contract.document.content.get("servers", ())]
    published = next((url for url in known if is_below(request, url)), None)
    if published is not None:
        return published
    segments = request.parts.path.split("/")
    if contract.api in segments:
        end = segments.index(contract.api) + 1
        end += segments[end : end + 1] != [] and _is_version(segments[end])
        return host + "/".join(segments[:end])
    shown = (_above(operation, request) for operation in contract.document.operations)
    above = next((path for path in shown if path is not None), None)
    return None if above is None else host + above


def _above(operation: Operation, request: Request) -> str | None:
    """The path above an operation whose access is from a closed list, so that no other API can be meant."""
    path = request.parts.path
    values = operation.path_parameters(path) if operation.method == request.method else None
    access = Roles.of(operation).access
    parameter = next((each for each in operation.parameters if each["name"] == access), None)
    allowed = (parameter or {}).get("schema", {}).get("enum", ())
    if values is None or access is None or values.get(access) not in allowed:
        return None
    segments = path.rstrip("/").split("/")
    return "/".join(segments[: len(segments) - operation.path.count("/")])


def _is_version(segment: str) -> bool:
    return segment[:1] == "v" and segment[1:].isdecimal()


def _host(request: Request) -> str | None:
    parts = request.parts
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else None


def _as_judged(exchange: Exchange) -> Exchange:
    """Drops the Content-Length: tools store a decoded, re-encoded body, so its length on the wire shows nothing.

    Values that somebody removed are marked as in our own recordings.
    """
    kept = tuple(pair for pair in exchange.response.headers if pair[0].lower() != "content-length")
    body = TAKEN_OUT.sub(LEFT_OUT.encode(), exchange.response.body)
    return replace(exchange, response=replace(exchange.response, headers=kept, body=body))
