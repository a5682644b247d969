"""Opens connections to a target: proxy, certificate authorities, timeouts, and the guard that checks every request."""

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
"""Seconds that a connection may stay idle: less than servers allow (Apache and uvicorn allow five).

A call on a connection that the server is just closing gets no answer, and a POST is never sent twice.
"""


class ReadingTransport(httpx.BaseTransport):
    """Reads every answer in full, within the limits and the total timeout; raises IncompleteAnswerError in addition to
    what httpx raises. Callers get a complete answer or none.
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
        # httpx cannot pass a backend to httpcore; without ours, nothing would notice a head that never ends.
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
    """A body that has already been read and decoded."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        yield self._body


class GuardedTransport(httpx.BaseTransport):
    """Sends what the guard allows; raises HeldBackError for the rest."""

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
    """A client for one target. It follows no redirects: a credential goes only where the configuration says.

    It keeps no cookies: a call must not depend on earlier answers or their order. Raises ConfigurationError.
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
    """Raises ConfigurationError for an unusable proxy or certificate authority."""
    trusted(target)
    proxy_of(target)


def trusted(target: Target) -> ssl.SSLContext:
    """The usual certificate authorities and the configured ones; raises ConfigurationError."""
    try:
        return _trusting(target.ca_bundle)
    except (OSError, ssl.SSLError) as error:
        what = "it holds no certificate in PEM" if isinstance(error, ssl.SSLError) else f"{error.strerror}"
        problem = f"{target.place('ca_bundle')}: {target.ca_bundle} cannot be used ({what})"
        raise ConfigurationError(f"{problem}. Name a PEM file with certificates.") from None


def usual_authorities() -> ssl.SSLContext:
    """The generally trusted certificate authorities, for public documents."""
    return _trusting(None)


@cache
def _trusting(bundle: str | None) -> ssl.SSLContext:
    """Cached: loading the usual authorities takes longer than a call to an API."""
    context = ssl.create_default_context(cafile=certifi.where())
    if bundle is not None:
        context.load_verify_locations(cafile=bundle)
    return context


def proxy_of(target: Target) -> httpx.Proxy | None:
    """The configured proxy; raises ConfigurationError, which never quotes its password."""
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
        problem = f"{target.place('proxy')}: it is not a proxy address"
        raise ConfigurationError(f"{problem}. Write http://host:port.") from None
