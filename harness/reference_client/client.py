"""The client itself: makes a task's calls one at a time, and finds out the result.

Rules: API documentation, Bruk and Feil (2022-11): a new Korrelasjonsid per call, at most five calls in flight;
RFC 9110: Retry-After, and which requests may be retried.
"""

import json
import ssl
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from harness.reference_client.answers import Content, Refusal, UnreadableError, content_of, refusal_in
from harness.reference_client.tokens import Addresses, Issuer, NoTokenError

TRIES = 3
FIRST_PAUSE = 0.3
LONGEST_PAUSE = 30.0
MOST_IN_FLIGHT = 5
BUSY = frozenset({429, 500, 502, 503, 504})
SAFE = frozenset({"GET", "HEAD"})

Task = Mapping[str, Any]


@dataclass(frozen=True)
class Sent:
    """A request about to be sent."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes | None = None


@dataclass(frozen=True)
class Outcome:
    """The result of a task, in the driver protocol's terms."""

    outcome: str
    message: str = ""
    korrelasjonsid: str | None = None
    understood: dict[str, Any] | None = None


@dataclass
class Client:
    """Each function field is one step, which a misbehaviour may replace."""

    addresses: Addresses
    http: httpx.Client
    issuer: Issuer
    gate: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(MOST_IN_FLIGHT))
    accept: str = "application/json"
    offices: dict[str, object] = field(default_factory=dict)
    """What an API's part keeps between tasks."""
    safe: frozenset[str] = SAFE
    busy: frozenset[int] = BUSY
    tries: int = TRIES
    longest_period: int = 366
    """The longest period in days, both ends included."""
    renewals: int = 1
    """How many new tokens a call answered with 401 may use."""
    identity: Callable[[], str] = field(default=lambda: str(uuid.uuid4()))
    rest: Callable[[float], None] = field(default=time.sleep)
    content: Callable[[httpx.Response], Content] = field(default=content_of)
    refusal: Callable[[httpx.Response], Refusal] = field(default=refusal_in)

    def headers(self, task: Task, token: str) -> dict[str, str]:  # noqa: ARG002 - for misbehaviours
        return {"Authorization": f"Bearer {token}", "Accept": self.accept, "Korrelasjonsid": self.identity()}

    def call(
        self, task: Task, method: str, path: str, body: object = None, more: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """The answer to one call of the task's API, after allowed retries. Raises NoTokenError and httpx.HTTPError."""
        url = self.addresses.base_urls[task["api"]] + path
        content, kind = self.encoded(body)
        token = self.issuer.token(task)
        response = self.tried(task, Sent(method, url, {**kind, **(more or {})}, content), token)
        for _ in range(self.renewals):
            if response.status_code != 401:
                break
            token = self.issuer.renewed(task, token)
            response = self.tried(task, Sent(method, url, {**kind, **(more or {})}, content), token)
        return response

    def encoded(self, body: object) -> tuple[bytes | None, dict[str, str]]:
        if body is None or isinstance(body, bytes):
            return body, {}
        return json.dumps(body, ensure_ascii=False).encode(), {"Content-Type": "application/json"}

    def tried(self, task: Task, sent: Sent, token: str) -> httpx.Response:
        """Retries calls that change nothing after no answer or a busy one, with growing pauses."""
        for number in range(1, self.tries + 1):
            is_last = number == self.tries or sent.method not in self.safe
            try:
                response = self.once(sent, {**self.headers(task, token), **sent.headers})
            except httpx.TransportError:
                if is_last:
                    raise
                self.rest(self.pause(number, None))
                continue
            if response.status_code not in self.busy or is_last:
                return response
            pause = self.pause(number, response)
            if pause > LONGEST_PAUSE:
                return response
            self.rest(pause)
        raise AssertionError("unreachable")

    def once(self, sent: Sent, headers: Mapping[str, str]) -> httpx.Response:
        with self.gate:
            return self.http.request(sent.method, sent.url, headers=dict(headers), content=sent.body)

    def pause(self, number: int, response: httpx.Response | None) -> float:
        """Seconds before the next try: what the service asks for, else growing."""
        asked = response.headers.get("Retry-After", "").strip() if response is not None else ""
        if asked.isdecimal():
            return float(asked)
        try:
            return max(0.0, parsedate_to_datetime(asked).timestamp() - time.time())
        except ValueError:
            return float(FIRST_PAUSE * 3 ** (number - 1))


def make_client(addresses: Addresses) -> Client:
    """A client with its own connection pool. It follows no redirects and keeps no cookies."""
    verify = ssl.create_default_context(cafile=addresses.ca) if addresses.ca else True
    http = httpx.Client(verify=verify, timeout=httpx.Timeout(20, connect=5), follow_redirects=False, trust_env=False)
    return Client(addresses, http, Issuer(addresses, http))


def outcome_of(
    client: Client, call: Callable[[], httpx.Response], understand: Callable[[Content], dict[str, Any] | None]
) -> Outcome:
    """The result of a call, in the driver protocol's terms."""
    try:
        response = call()
    except NoTokenError as error:
        return Outcome("refused" if error.refused else "failed", str(error))
    except httpx.HTTPError as error:
        return Outcome("failed", f"The service cannot be reached ({type(error).__name__}).")
    if 200 <= response.status_code < 300:
        try:
            return Outcome("done", understood=understand(client.content(response)))
        except UnreadableError as error:
            return Outcome("failed", f"The service's answer cannot be used: {error}.")
    refusal = client.refusal(response)
    understood = {"codes": list(refusal.codes)} if refusal.codes else None
    outcome = "refused" if 400 <= refusal.status < 500 and refusal.status != 429 else "failed"
    return Outcome(outcome, refusal.message, refusal.korrelasjonsid, understood)
