"""Sends requests to one API under the fair-use limit and hands on what went over the wire."""

import contextlib
import datetime
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import TracebackType
from typing import Self

import httpx

import harness
from harness.exchange import Exchange, Request, Response
from harness.http.fair_use import FairUseGate

USER_AGENT = f"provestand/{harness.__version__}"
TIMEOUT = httpx.Timeout(30.0, connect=10.0)

Listener = Callable[[Exchange], None]


class TargetUnavailableError(Exception):
    """A request got no answer: network or target, never a deviation."""


def as_exchange(response: httpx.Response, started: datetime.datetime, elapsed: float, body: bytes) -> Exchange:
    """What went over the wire, without a type of httpx in it."""
    sent = response.request
    return Exchange(
        Request(sent.method, str(sent.url), _texts(sent.headers), sent.content),
        Response(response.status_code, _texts(response.headers), body, response.http_version),
        started,
        elapsed,
    )


def recorded_client(listener: Listener) -> httpx.Client:
    """A client for a token issuer: every exchange is told to the listener."""
    starts: dict[int, tuple[datetime.datetime, float]] = {}

    def note_start(request: httpx.Request) -> None:
        starts[id(request)] = (_now(), time.perf_counter())

    def tell(response: httpx.Response) -> None:
        response.read()
        started, clock = starts.pop(id(response.request))
        listener(as_exchange(response, started, time.perf_counter() - clock, response.content))

    hooks: dict[str, list[Callable[..., None]]] = {"request": [note_start], "response": [tell]}
    return httpx.Client(timeout=TIMEOUT, event_hooks=hooks, headers={"User-Agent": USER_AGENT}, trust_env=False)


class ApiClient:
    """Calls one API. Safe to use from several threads."""

    def __init__(self, base_url: str, gate: FairUseGate) -> None:
        self.base_url = base_url.rstrip("/")
        self._gate = gate
        self._http = httpx.Client(timeout=TIMEOUT, headers={"User-Agent": USER_AGENT}, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None) -> Exchange:
        """One request to a path (with query, percent-encoded) below the base address.

        A header with an empty value is not sent, not even httpx's own. Raises TargetUnavailableError.
        """
        request = self._http.build_request(method, self.base_url + path, content=body)
        for name, value in headers.items():
            if value:
                request.headers[name] = value
            else:
                request.headers.pop(name, None)
        with self._gate.slot():
            started, clock = _now(), time.perf_counter()
            try:
                response, attempts = self._answered(request)
                body = _as_much_as_came(response)
            except (httpx.HTTPError, httpx.StreamError) as error:
                raise TargetUnavailableError(
                    f"{method} {self.base_url}: no answer ({type(error).__name__}: {error or 'no detail'})."
                ) from error
        exchange = as_exchange(response, started, time.perf_counter() - clock, body)
        return replace(exchange, attempts=attempts)

    def _answered(self, request: httpx.Request) -> tuple[httpx.Response, int]:
        """The head of the answer, and how many tries it took.

        A connection that was kept open can be closed by the server at the very moment of the next request, or hold
        bytes left over from an answer longer than its Content-Length. A read is then sent once more, on another one.
        """
        try:
            return self._http.send(request, stream=True), 1
        except httpx.RemoteProtocolError:
            if request.method not in {"GET", "HEAD"}:
                raise
            return self._http.send(request, stream=True), 2


def _as_much_as_came(response: httpx.Response) -> bytes:
    """The body up to where the server hung up: a body cut short is an answer, and judged as one."""
    chunks: list[bytes] = []
    with contextlib.closing(response), contextlib.suppress(httpx.RemoteProtocolError):
        for chunk in response.iter_bytes():
            chunks.append(chunk)
    return b"".join(chunks)


def _texts(headers: httpx.Headers) -> tuple[tuple[str, str], ...]:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers.raw)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
