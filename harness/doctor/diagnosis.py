"""A closer look at failures: what listens on a port, what an issuer is, and which API answers."""

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
"""The troubles that occur when TLS meets plain HTTP, including waiting for the other side to speak."""
PATIENCE = 2.0
"""Seconds to wait for a port to show which protocol it speaks."""
SHOWN = 2_000
SUCCESS = 200


def second_look(target: Target, url: str, trouble: Trouble) -> Broken:
    """Finds what is behind trouble on the way to an address: a dead proxy, or TLS meeting plain HTTP."""
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
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # nothing is sent; only the protocol matters
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
    """Why an issuer does not have Maskinporten's kind of metadata: it is an API, or supports only OpenID Connect.

    None if neither applies, or if the error was about something else.
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
        return met("the issuer has only OpenID Connect metadata, not OAuth metadata (RFC 8414)")
    return None


def another_api(
    target: Target, own: str, response: Response | None, asked: Callable[[str], Response | None]
) -> Broken | None:
    """Whether another API answers at an API's address, judging by errors, address, title or data.

    `asked` returns the answer to the other API's harmless call there, if it is accepted. None if there is no evidence
    of another API: that something refuses with the same status proves nothing.
    """
    for other in sorted(set(api_names()) - {own}):
        evidence = next(_likeness(target, own, other, response), None)
        if evidence is None and other in target.apis:
            there = asked(other)
            is_data = there is not None and there.status == SUCCESS
            evidence = (
                "it accepts that API's harmless call" if is_data else next(_marks(target, own, other, there), None)
            )
        if evidence is not None:
            return met(f"base_url of {own} answers like {other} ({evidence}): are the two swapped?")
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
