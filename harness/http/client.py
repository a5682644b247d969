"""Sends requests to one API under the fair-use limit and passes on what went over the wire."""

import contextlib
import datetime
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import httpx

from harness.auth.trouble import IncompleteAnswerError, InterruptedCallError, Trouble, trouble_of
from harness.auth.waiting import Wait, simply
from harness.exchange import Exchange, Request, Response
from harness.http.allowance import Allowance, BudgetSpentError
from harness.http.connection import open_client
from harness.http.fair_use import FairUseGate
from harness.http.habits import Habits
from harness.http.interruption import Interruption
from harness.http.reading import RECEIVED, texts
from harness.http.retrying import SAFE, pause_before_next, trouble_in
from harness.http.vitals import Vitals
from harness.redaction.redactor import Redactor
from harness.targets.model import Target

Listener = Callable[[Exchange], None]
IN_VAIN = 4
"""Calls in a row without an answer after all attempts; from then on each gets one attempt: the outage lasts."""

Renewal = Callable[[str], str | None]
"""Maps the Authorization header of a refused call to a new one; None if it did not hold a valid token of ours."""


class TargetUnavailableError(Exception):
    """A request got no answer from the service: a network or gateway problem, never a deviation."""

    def __init__(self, text: str, trouble: Trouble, tries: int) -> None:
        super().__init__(Redactor().text(text))
        self.trouble, self.tries = trouble, tries


def as_request(request: httpx.Request) -> Request:
    """The sent request, free of httpx types."""
    return Request(request.method, str(request.url), texts(request.headers), request.content)


def as_exchange(response: httpx.Response, started: datetime.datetime, elapsed: float, attempts: int = 1) -> Exchange:
    """What went over the wire, from a response read by `open_client`'s transport."""
    received: Response = response.extensions[RECEIVED]
    return Exchange(as_request(response.request), received, started, elapsed, attempts)


def recorded_client(target: Target, listener: Listener, interruption: Interruption | None = None) -> httpx.Client:
    """A client for the target's token issuer that passes every exchange to the listener."""
    starts: dict[int, tuple[datetime.datetime, float]] = {}

    def note_start(request: httpx.Request) -> None:
        starts[id(request)] = (_now(), time.perf_counter())

    def tell(response: httpx.Response) -> None:
        started, clock = starts.pop(id(response.request))
        listener(as_exchange(response, started, time.perf_counter() - clock))

    return open_client(target, {"request": [note_start], "response": [tell]}, interruption)


@dataclass(frozen=True)
class Try:
    """The result of one attempt: an answer, trouble, or both for an incomplete answer or a gateway's."""

    exchange: Exchange | None
    trouble: Trouble | None


@dataclass(frozen=True)
class Pulse:
    """Whether a service is alive; if it is dead, the calls of which one may have killed it."""

    state: Literal["alive", "dead", "unknown"]
    died_of: tuple[Request, ...] = ()


class ApiClient:
    """Calls one API. Thread-safe. While a call is in flight, `wait` may let other work go on.

    `listener` gets every attempt except the last: a busy gateway, an expired token. `is_final` says whether a retry
    after an answer that looks like trouble would give the same answer; `kind_of` names what a request is for, such as
    its operation; empty means that the API has no such thing, so that the request changes nothing.
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
        kind_of: Callable[[Request], str],
        renewal: Renewal,
        pause: Callable[[float], None] = time.sleep,
        wait: Wait = simply,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._http = http
        self._gate = gate
        self._allowance = allowance
        self._listener = listener
        self._is_final = is_final
        self._kind_of = kind_of
        self._habits = Habits()
        self._vitals = Vitals()
        self._in_vain = 0
        self._renewal = renewal
        self._pause = pause
        self._waits = wait

    def forget(self) -> None:
        """Forgets how the target answered so far, because it has changed."""
        self._habits = Habits()
        self._vitals = Vitals()

    def pulse(self) -> Pulse:
        """Whether the service is alive, checked by one more call after several in a row without an answer.

        Something like a firewall may break off those calls for their content while others are answered.
        """
        suspects = self._vitals.suspects
        if self._in_vain < IN_VAIN or not suspects:
            return Pulse("unknown")
        try:
            answered_before = self._vitals.answered_safely or self._http.build_request("GET", self.base_url)
            result = self._waits(lambda: self._tried(answered_before, 1))
        except (BudgetSpentError, InterruptedCallError):
            return Pulse("unknown")
        if result.exchange is not None:
            self._listener(result.exchange)
        # Other calls in flight may have become suspects since: an answer to a call made after the silence began counts.
        if not self._vitals.suspects or (result.exchange is not None and _sign_of_death(result) is None):
            self._in_vain = 0
            return Pulse("alive")
        return Pulse("dead", tuple(map(as_request, suspects)))

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None) -> Exchange:
        """Sends one request to a path (with query, percent-encoded) below the base address.

        A header with an empty value is not sent, not even httpx's own. A safe request is retried after an incomplete
        answer, a gateway's answer, or none; a call whose token expired on the way is retried once with a new one; the
        exchange has the number of attempts. An incomplete answer is returned if this operation is always answered so
        and all others completely. Raises TargetUnavailableError, HeldBackError or BudgetSpentError.
        """
        request = self._request(method, path, headers, body)
        with self._reporting_the_end(request):
            return self._waits(lambda: self._sent(request))

    def _sent(self, request: httpx.Request) -> Exchange:
        result, tries = self._answered(request, 1)
        renewed = self._renewed(result)
        if renewed is not None and result.exchange is not None:
            self._listener(result.exchange)
            request.headers["Authorization"] = renewed
            result, tries = self._answered(request, tries + 1)
        if result.exchange is not None and result.trouble is None:
            self._in_vain = 0
            return result.exchange
        self._in_vain += 1
        if result.exchange is not None:
            self._listener(result.exchange)
        raise self._unavailable(request, result, tries)

    @contextlib.contextmanager
    def _reporting_the_end(self, request: httpx.Request) -> Iterator[None]:
        """Waiting for a turn, a slot or the next attempt ends with the run."""
        try:
            yield
        except InterruptedCallError as error:
            raise self._unavailable(request, Try(None, trouble_of(error)), 1) from error

    def send_once(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None) -> Exchange:
        """Like `send`, but the first complete answer counts, even a busy gateway's: shows how concurrent calls are
        answered."""
        request = self._request(method, path, headers, body)
        with self._reporting_the_end(request):
            result, tries = self._waits(lambda: self._answered(request, 1, _is_whole))
        if result.exchange is not None and _is_whole(result):
            return result.exchange
        if result.exchange is not None:
            self._listener(result.exchange)
        raise self._unavailable(request, result, tries)

    def _request(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> httpx.Request:
        request = self._http.build_request(method, self.base_url + path, content=body)
        for name, value in headers.items():
            if value:
                request.headers[name] = value
            else:
                request.headers.pop(name, None)
        return request

    def _unavailable(self, request: httpx.Request, result: Try, tries: int) -> TargetUnavailableError:
        trouble = result.trouble or Trouble("other", "no detail")
        times = f" after {tries} attempts" if tries > 1 else ""
        # Other calls only ran into the outage.
        began = any(request is suspect for suspect in self._vitals.suspects)
        where = str(request.url).partition("?")[0] if began else self.base_url
        text = f"{request.method} {where}: no answer from the service{times}: {trouble.text}."
        return TargetUnavailableError(text, trouble, tries)

    def _answered(
        self, request: httpx.Request, tries: int, is_enough: Callable[[Try], bool] = lambda tried: tried.trouble is None
    ) -> tuple[Try, int]:
        """The result of the last attempt, and the number of attempts."""
        first = tries
        while True:
            result = self._tried(request, tries)
            if is_enough(result):
                return result, tries
            if result.trouble is None or self._is_habit(result):
                return Try(result.exchange, None), tries
            changes_nothing = request.method in SAFE or not self._kind_of(as_request(request))
            wait = pause_before_next(
                tries - first + 1, result.trouble, result.exchange, _now(), changes_nothing=changes_nothing
            )
            if wait is None or self._in_vain >= IN_VAIN:
                return result, tries
            if result.exchange is not None:
                self._listener(result.exchange)
            self._pause(wait)
            tries += 1

    def _tried(self, request: httpx.Request, tries: int) -> Try:
        self._allowance.take()
        with self._gate.slot():
            number = self._vitals.begin(request)
            result = self._attempted(request, tries)
            status = result.exchange.response.status if result.exchange is not None else None
            self._vitals.end(number, _sign_of_death(result), status)
        return result

    def _attempted(self, request: httpx.Request, tries: int) -> Try:
        started, clock = _now(), time.perf_counter()
        try:
            response = self._http.send(request)
        except IncompleteAnswerError as error:
            elapsed = time.perf_counter() - clock
            return self._noted(Exchange(as_request(request), error.response, started, elapsed, tries), error.trouble)
        except (httpx.HTTPError, httpx.StreamError) as error:
            return Try(None, trouble_of(error))
        exchange = as_exchange(response, started, time.perf_counter() - clock, tries)
        return self._noted(exchange, self._trouble_in(exchange))

    def _noted(self, exchange: Exchange, trouble: Trouble | None) -> Try:
        self._habits.note(self._kind(exchange), is_whole=exchange.response.completeness == "whole")
        return Try(exchange, trouble)

    def _kind(self, exchange: Exchange) -> tuple[str, int, str]:
        return self._kind_of(exchange.request), exchange.response.status, exchange.response.media_type

    def _is_habit(self, result: Try) -> bool:
        """Whether an answer is incomplete because the service always answers this way."""
        exchange = result.exchange
        return (
            exchange is not None
            and exchange.response.completeness != "whole"
            and self._habits.is_own(self._kind(exchange))
        )

    def _trouble_in(self, exchange: Exchange) -> Trouble | None:
        """429 is never judged; other statuses of gateways are if the service itself gave them."""
        trouble = trouble_in(exchange)
        if trouble is None or exchange.response.status == 429 or not self._is_final(exchange):
            return trouble
        return None

    def _renewed(self, result: Try) -> str | None:
        exchange = result.exchange
        if exchange is None or exchange.response.status != 401:
            return None
        return self._renewal(exchange.request.header("authorization") or "")


def _sign_of_death(result: Try) -> Trouble | None:
    """The trouble of a call, also if the same call would always end so: the service may have died of it."""
    return result.trouble or (result.exchange and trouble_in(result.exchange)) or None


def _is_whole(tried: Try) -> bool:
    return tried.exchange is not None and tried.exchange.response.completeness == "whole"


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
