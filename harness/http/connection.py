"""Opens connections to a target: proxy, authorities, time limits, and the guard before everything that leaves."""

import os
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import cast

import certifi
import httpx

import harness
from harness.auth.trouble import TotalTimeoutError
from harness.exchange import Request
from harness.http.guard import Guard
from harness.targets.model import Target
from harness.targets.problem import ConfigurationError

USER_AGENT = f"provestand/{harness.__version__}"
REUSE = httpx.Limits(keepalive_expiry=3)
"""Seconds that a connection may wait for its next call: fewer than servers give it (Apache and uvicorn give five).

A call on a connection that the other end is just closing has no answer, and no POST is sent twice.
"""


class GuardedTransport(httpx.BaseTransport):
    """Lets out what the guard allows, and gives an answer `total` seconds; raises HeldBackError for the rest."""

    def __init__(self, guard: Guard, inner: httpx.BaseTransport, total: float) -> None:
        self._guard = guard
        self._inner = inner
        self._total = total

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw)
        self._guard.ensure_allowed(Request(request.method, str(request.url), headers, request.read()))
        deadline = time.monotonic() + self._total
        response = self._inner.handle_request(request)
        stream = cast(httpx.SyncByteStream, response.stream)
        response.stream = TimedStream(stream, deadline, f"the answer took longer than {self._total:g} s as a whole")
        return response

    def close(self) -> None:
        self._inner.close()


class TimedStream(httpx.SyncByteStream):
    """A body that must have come by a deadline; httpx itself limits only the pauses in it. Raises TotalTimeoutError."""

    def __init__(self, inner: httpx.SyncByteStream, deadline: float, text: str) -> None:
        self._inner = inner
        self._deadline = deadline
        self._text = text

    def __iter__(self) -> Iterator[bytes]:
        for part in self._inner:
            if time.monotonic() > self._deadline:
                raise TotalTimeoutError(self._text)
            yield part

    def close(self) -> None:
        self._inner.close()


def open_client(target: Target, hooks: Mapping[str, list[Callable[..., None]]] | None = None) -> httpx.Client:
    """A client for one target. It follows no redirect: a credential goes where the configuration says, or nowhere.

    It keeps no cookie: what a call says must not depend on the answers before it, nor on which of them came first.
    Raises ConfigurationError.
    """
    limits = target.timeouts
    inner = httpx.HTTPTransport(verify=trusted(target), proxy=proxy_of(target), trust_env=False, limits=REUSE)
    return httpx.Client(
        transport=GuardedTransport(Guard.of(target), inner, limits.total),
        timeout=httpx.Timeout(min(limits.read, limits.total), connect=limits.connect),
        headers={"User-Agent": USER_AGENT},
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        event_hooks=dict(hooks or {}),
        follow_redirects=False,
        trust_env=False,
    )


def ensure_connection_usable(target: Target) -> None:
    """Raises ConfigurationError for a proxy or an authority that cannot be used."""
    trusted(target)
    proxy_of(target)


def trusted(target: Target) -> ssl.SSLContext:
    """The usual authorities and those of the configuration; raises ConfigurationError."""
    try:
        return _trusting(target.ca_bundle)
    except (OSError, ssl.SSLError) as error:
        what = "it holds no certificate in PEM" if isinstance(error, ssl.SSLError) else f"{error.strerror}"
        problem = f"{target.place('ca_bundle')}: {target.ca_bundle} cannot be used ({what})"
        raise ConfigurationError(f"{problem}. Name a PEM file with certificates.") from None


@cache
def _trusting(bundle: str | None) -> ssl.SSLContext:
    """Read once: the usual authorities take longer to load than a call to an API."""
    context = ssl.create_default_context(cafile=certifi.where())
    if bundle is not None:
        context.load_verify_locations(cafile=bundle)
    return context


def proxy_of(target: Target) -> httpx.Proxy | None:
    """The proxy of the configuration; raises ConfigurationError without a word of its password."""
    if target.proxy is None:
        return None
    address = target.proxy
    if address.startswith("env:"):
        name = address.removeprefix("env:")
        if not os.environ.get(name):
            problem = f"{target.place('proxy')}: the environment variable {name} is not set"
            raise ConfigurationError(f"{problem}. Set it to the proxy's address, or take `proxy` away.")
        address = os.environ[name]
    try:
        return httpx.Proxy(address)
    except (ValueError, httpx.InvalidURL):
        problem = f"{target.place('proxy')}: it is no address of a proxy"
        raise ConfigurationError(f"{problem}. Write http://host:port.") from None
