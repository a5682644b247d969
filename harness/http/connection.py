"""Opens connections to a target: proxy, authorities, time limits, and the guard before everything that leaves."""

import os
import ssl
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, cast

import certifi
import httpx

import harness
from harness.exchange import Request
from harness.http.coding import ACCEPTED
from harness.http.guard import Guard
from harness.http.interruption import Interruption
from harness.http.reading import RECEIVED, Reader, texts
from harness.http.stream import TimedBackend
from harness.targets.model import Limits, Target
from harness.targets.problem import ConfigurationError

USER_AGENT = f"provestand/{harness.__version__}"
REUSE = httpx.Limits(keepalive_expiry=3)
"""Seconds that a connection may wait for its next call: fewer than servers give it (Apache and uvicorn give five).

A call on a connection that the other end is just closing has no answer, and no POST is sent twice.
"""


class ReadingTransport(httpx.BaseTransport):
    """Reads every answer as a whole, within the limits and the time for one; raises IncompleteAnswerError beside what
    httpx raises. Whoever calls by it has all of an answer, or none.
    """

    def __init__(
        self,
        limits: Limits,
        total: float,
        *,
        verify: ssl.SSLContext,
        proxy: httpx.Proxy | str | None,
        interruption: Interruption | None = None,
    ) -> None:
        self._reader = Reader(limits)
        self._inner = httpx.HTTPTransport(verify=verify, proxy=proxy, trust_env=False, limits=REUSE)
        # httpx hands no backend on to httpcore, which takes one; without it nobody sees a head that never ends.
        pool = cast(Any, self._inner._pool)
        pool._network_backend = TimedBackend(pool._network_backend, total, interruption or Interruption())

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._inner.handle_request(request)
        received = self._reader.read(request, response)
        headers = [(name, value) for name, value in response.headers.raw if name.lower() != b"content-encoding"]
        extensions = response.extensions | {RECEIVED: received}
        return httpx.Response(received.status, headers=headers, stream=_Read(received.body), extensions=extensions)

    def close(self) -> None:
        self._inner.close()


class _Read(httpx.SyncByteStream):
    """A body that was read and unpacked already."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        yield self._body


class GuardedTransport(httpx.BaseTransport):
    """Lets out what the guard allows; raises HeldBackError for the rest."""

    def __init__(self, guard: Guard, inner: httpx.BaseTransport) -> None:
        self._guard = guard
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._guard.ensure_allowed(Request(request.method, str(request.url), texts(request.headers), request.read()))
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()


def open_client(
    target: Target,
    hooks: Mapping[str, list[Callable[..., None]]] | None = None,
    interruption: Interruption | None = None,
) -> httpx.Client:
    """A client for one target. It follows no redirect: a credential goes where the configuration says, or nowhere.

    It keeps no cookie: what a call says must not depend on the answers before it, nor on which of them came first.
    Raises ConfigurationError.
    """
    times = target.timeouts
    inner = ReadingTransport(
        target.limits, times.total, verify=trusted(target), proxy=proxy_of(target), interruption=interruption
    )
    return httpx.Client(
        transport=GuardedTransport(Guard.of(target), inner),
        timeout=httpx.Timeout(min(times.read, times.total), connect=times.connect),
        headers={"User-Agent": USER_AGENT, "Accept-Encoding": ACCEPTED},
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


def usual_authorities() -> ssl.SSLContext:
    """Those that everybody trusts, for what is published."""
    return _trusting(None)


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
            raise ConfigurationError(f"{problem}. Set it to the proxy's address, or remove `proxy`.")
        address = os.environ[name]
    try:
        return httpx.Proxy(address)
    except (ValueError, httpx.InvalidURL):
        problem = f"{target.place('proxy')}: it is not the address of a proxy"
        raise ConfigurationError(f"{problem}. Write http://host:port.") from None
