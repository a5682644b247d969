"""A second look at what failed: what listens at a port, what an issuer is, and which API it is that answers."""

import socket
import ssl
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import httpx

from harness.auth.maskinporten import IssuerError
from harness.auth.trouble import Kind, Trouble
from harness.contract.contract import Contract
from harness.contract.faulty import FaultySpecificationError
from harness.contract.pinned import api_names, contract_of
from harness.doctor.catalogue import Symptom, cause_of
from harness.doctor.links import Broken, met
from harness.exchange import Response
from harness.http.connection import proxy_of
from harness.targets.model import Target
from harness.targets.profiles import known_apis

Fetch = Callable[[str], httpx.Response]

NOT_ANSWERED: frozenset[Kind] = frozenset({"dns", "refused", "unreachable", "connect-timeout"})
NOT_UNDERSTOOD: frozenset[Kind] = frozenset(
    {"no-http", "reset", "cut-short", "read-timeout", "connect-timeout", "other", "tls-handshake"}
)
"""What TLS and plain HTTP bring when they meet each other, a wait for the other side to speak among them."""
PATIENCE = 2.0
"""Seconds that a port is given to show what it speaks."""
SHOWN = 2_000
SUCCESS = 200


def second_look(target: Target, url: str, trouble: Trouble) -> Broken:
    """What is behind trouble on the way to an address: a dead proxy, or TLS and plain HTTP that meet each other."""
    proxy = proxy_of(target)
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    if proxy is not None and trouble.kind in NOT_ANSWERED:
        return met(f"the proxy {proxy.url.host}:{proxy.url.port or 80} does not answer: {trouble.text}")
    if proxy is None and trouble.kind in NOT_UNDERSTOOD:
        if parts.scheme == "http" and _speaks_tls(str(parts.hostname), port):
            return met("the port speaks TLS, and the address begins with http://")
        if parts.scheme == "https" and _speaks_plain_http(str(parts.hostname), port):
            return met("the port speaks plain HTTP, and the address begins with https://")
    host = f"[{parts.hostname}]" if ":" in str(parts.hostname) else parts.hostname
    return Broken(f"{host}:{port}: {trouble.text}", cause_of(Symptom(text=trouble.text, trouble=trouble.kind)))


def _speaks_tls(host: str, port: int) -> bool:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # nothing is sent: only what it speaks counts
    try:
        with socket.create_connection((host, port), PATIENCE) as plain, context.wrap_socket(plain) as _:
            return True
    except (OSError, ValueError):
        return False


def _speaks_plain_http(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), PATIENCE) as connection:
            connection.settimeout(PATIENCE)
            connection.sendall(b"OPTIONS * HTTP/1.0\r\nConnection: close\r\n\r\n")
            return connection.recv(5) == b"HTTP/"
    except OSError:
        return False


def what_the_issuer_is(target: Target, fetch: Fetch, error: IssuerError) -> Broken | None:
    """Why an issuer has no metadata of Maskinporten's kind: it is an API, or it speaks OpenID Connect only.

    None where neither is so, or where it was something else that it did not answer rightly.
    """
    if not error.url.endswith("/.well-known/oauth-authorization-server"):
        return None
    issuer = target.maskinporten.issuer.rstrip("/")
    for name, api in target.apis.items():
        base = api.base_url.rstrip("/")
        if f"{base}/".startswith(f"{issuer}/") or f"{issuer}/".startswith(f"{base}/"):
            return met(f"`issuer` is the address of the API {name}")
    for name, known in known_apis().items():
        hosts = {urlsplit(url).hostname for styles in known.hosts.values() for url in styles.values()}
        if urlsplit(issuer).hostname in hosts:
            return met(f"`issuer` is the address of the API {name}")
    try:
        found = fetch(f"{issuer}/.well-known/openid-configuration").json()
    except (httpx.HTTPError, ValueError):
        return None
    if isinstance(found, dict) and "issuer" in found:
        return met("the issuer has metadata of OpenID Connect only, and none of OAuth (RFC 8414)")
    return None


def another_api(
    target: Target, own: str, response: Response | None, asked: Callable[[str], Response | None]
) -> Broken | None:
    """Whether what answers at an API's address is another API, by its errors, its address, its title, or its data.

    `asked` gives the answer to another API's own harmless call there, where it is let in. None where nothing tells of
    another: that something else refuses with the same status proves nothing.
    """
    for other in sorted(set(api_names()) - {own}):
        evidence = next(_likeness(target, own, other, response), None)
        if evidence is None and other in target.apis:
            there = asked(other)
            is_data = there is not None and there.status == SUCCESS
            evidence = (
                "it lets the other's harmless call in" if is_data else next(_marks(target, own, other, there), None)
            )
        if evidence is not None:
            return met(f"base_url of {own} answers like {other} ({evidence}): are the two exchanged?")
    return None


def _likeness(target: Target, own: str, other: str, response: Response | None) -> Iterator[str]:
    yield from _marks(target, own, other, response)
    named = target.apis[own].base_url.lower()
    if other in named and own not in named:
        yield "its name in the address"


def _marks(target: Target, own: str, other: str, response: Response | None) -> Iterator[str]:
    mine, theirs = _contract_of(target, own), _contract_of(target, other)
    if response is None or mine is None or theirs is None:
        return
    text = response.body[:SHOWN].decode(errors="replace")
    kode = theirs.marks.code_in(response.body)
    family = kode.rpartition("-")[0] if kode else ""
    if family and family not in mine.marks.families:
        yield f"a code of its family {family}"
    members = set(theirs.marks.members_in(response.body)) - mine.marks.members
    if members:
        yield f"its member {min(members)} in an error"
    titles = [str(each.document.content.get("info", {}).get("title", "")) for each in (theirs, mine)]
    if titles[0] and titles[0] in text and titles[1] not in text:
        yield "its title"


def _contract_of(target: Target, api: str) -> Contract | None:
    try:
        return contract_of(api, target.apis[api].version if api in target.apis else None)
    except FaultySpecificationError:
        return None
