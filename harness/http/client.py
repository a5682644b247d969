"""Sends requests to one API under the fair-use limit and hands on what went over the wire."""

import contextlib
import datetime
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import httpx

from harness.auth.trouble import Trouble, trouble_of
from harness.exchange import Exchange, Request, Response
from harness.http.allowance import Allowance
from harness.http.connection import open_client
from harness.http.fair_use import FairUseGate
from harness.http.retrying import pause_before_next, trouble_in
from harness.targets.model import Target

Listener = Callable[[Exchange], None]
CUT_SHORT = Trouble("cut-short", "the connection ended in the middle of the answer")
Renewal = Callable[[str], str | None]
"""From the Authorization header of a refused call to a new one; None where it brought no valid token of ours."""


class TargetUnavailableError(Exception):
    """A request got no answer of the service: network or gateway, never a deviation."""

    def __init__(self, text: str, trouble: Trouble, tries: int) -> None:
        super().__init__(text)
        self.trouble, self.tries = trouble, tries


def as_exchange(
    response: httpx.Response, body: bytes, started: datetime.datetime, elapsed: float, attempts: int = 1
) -> Exchange:
    """What went over the wire, without a type of httpx in it."""
    sent = response.request
    return Exchange(
        Request(sent.method, str(sent.url), _texts(sent.headers), sent.content),
        Response(response.status_code, _texts(response.headers), body, response.http_version),
        started,
        elapsed,
        attempts,
    )


def recorded_client(target: Target, listener: Listener) -> httpx.Client:
    """A client for the target's token issuer: every exchange is told to the listener."""
    starts: dict[int, tuple[datetime.datetime, float]] = {}

    def note_start(request: httpx.Request) -> None:
        starts[id(request)] = (_now(), time.perf_counter())

    def tell(response: httpx.Response) -> None:
        started, clock = starts.pop(id(response.request))
        response.read()
        listener(as_exchange(response, response.content, started, time.perf_counter() - clock))

    return open_client(target, {"request": [note_start], "response": [tell]})


@dataclass(frozen=True)
class CutShort:
    """An answer that ended in the middle: trouble at first, but an answer, and judged as one, where it stays so."""

    exchange: Exchange


class ApiClient:
    """Calls one API. Safe to use from several threads.

    `listener` is told of every try that was not the last: a busy gateway, a token that had expired. `is_final`
    tells of an answer that looks like trouble whether another try would bring the same.
    """

    def __init__(
        self,
        base_url: str,
        http: httpx.Client,
        gate: FairUseGate,
        *,
        allowance: Allowance,
        listener: Listener,
        is_final: Callable[[Exchange], bool],
        renewal: Renewal,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._http = http
        self._gate = gate
        self._allowance = allowance
        self._listener = listener
        self._is_final = is_final
        self._renewal = renewal
        self._pause = pause

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None) -> Exchange:
        """One request to a path (with query, percent-encoded) below the base address.

        A header with an empty value is not sent, not even httpx's own. A safe request is tried again where nothing
        but a gateway or the network answered, and a call whose token expired on the way once with a new one; the
        exchange says how many tries there were. Raises TargetUnavailableError, HeldBackError or BudgetSpentError.
        """
        request = self._request(method, path, headers, body)
        result, tries = self._answered(request, 1)
        renewed = self._renewed(result)
        if renewed is not None and isinstance(result, Exchange):
            self._listener(result)
            request.headers["Authorization"] = renewed
            result, tries = self._answered(request, tries + 1)
        if isinstance(result, Exchange):
            trouble = self._trouble_in(result)
            if trouble is None:
                return result
            self._listener(result)
        else:
            trouble = result
        raise self._unavailable(method, trouble, tries)

    def send_once(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None) -> Exchange:
        """As `send`, but whatever answers counts, a busy gateway too: for who asks how calls at once are answered."""
        tried = self._tried(self._request(method, path, headers, body), 1)
        if isinstance(tried, Trouble):
            raise self._unavailable(method, tried, 1)
        return tried.exchange if isinstance(tried, CutShort) else tried

    def _request(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> httpx.Request:
        request = self._http.build_request(method, self.base_url + path, content=body)
        for name, value in headers.items():
            if value:
                request.headers[name] = value
            else:
                request.headers.pop(name, None)
        return request

    def _unavailable(self, method: str, trouble: Trouble, tries: int) -> TargetUnavailableError:
        times = f" in {tries} tries" if tries > 1 else ""
        text = f"{method} {self.base_url}: no answer of the service{times}: {trouble.text}."
        return TargetUnavailableError(text, trouble, tries)

    def _answered(self, request: httpx.Request, tries: int) -> tuple[Exchange | Trouble, int]:
        """The last result of as many tries as are allowed, and how many there were."""
        first = tries
        while True:
            tried = self._tried(request, tries)
            result = tried.exchange if isinstance(tried, CutShort) else tried
            if isinstance(tried, Exchange) and self._trouble_in(tried) is None:
                return tried, tries
            met = CUT_SHORT if isinstance(tried, CutShort) else tried
            wait = pause_before_next(request.method, tries - first + 1, met, _now())
            if wait is None:
                return result, tries
            if isinstance(result, Exchange):
                self._listener(result)
            self._pause(wait)
            tries += 1

    def _tried(self, request: httpx.Request, tries: int) -> Exchange | CutShort | Trouble:
        self._allowance.take()
        with self._gate.slot():
            started, clock = _now(), time.perf_counter()
            try:
                response = self._http.send(request, stream=True)
                body, is_whole = _as_much_as_came(response)
            except (httpx.HTTPError, httpx.StreamError) as error:
                return trouble_of(error)
        exchange = as_exchange(response, body, started, time.perf_counter() - clock, tries)
        return exchange if is_whole else CutShort(exchange)

    def _trouble_in(self, exchange: Exchange) -> Trouble | None:
        """429 is never judged; what else a gateway says is, where the service itself has signed it."""
        trouble = trouble_in(exchange)
        if trouble is None or exchange.response.status == 429 or not self._is_final(exchange):
            return trouble
        return None

    def _renewed(self, result: Exchange | Trouble) -> str | None:
        if not isinstance(result, Exchange) or result.response.status != 401:
            return None
        return self._renewal(result.request.header("authorization") or "")


def _as_much_as_came(response: httpx.Response) -> tuple[bytes, bool]:
    """The body up to where the server hung up, and whether it was the whole."""
    chunks: list[bytes] = []
    with contextlib.closing(response):
        try:
            for chunk in response.iter_bytes():
                chunks.append(chunk)
        except httpx.RemoteProtocolError:
            return b"".join(chunks), False
    return b"".join(chunks), True


def _texts(headers: httpx.Headers) -> tuple[tuple[str, str], ...]:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers.raw)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
