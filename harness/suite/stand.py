"""The state that lasts for a whole run: connections, tokens and the recording of one API."""

import contextlib
import datetime
import math
import threading
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

import httpx

from harness.auth.maskinporten import MaskinportenClient
from harness.auth.secrets import secrets_of
from harness.auth.waiting import Wait, simply
from harness.contract.attribution import (
    SERVICE,
    Asked,
    Attribution,
    Ways,
    attribute,
    is_refusable,
    is_signed,
)
from harness.contract.contract import Contract
from harness.contract.error_body import condition_codes, error_field
from harness.contract.wording import Wording
from harness.exchange import Exchange, Request, Response
from harness.http.allowance import Allowance
from harness.http.client import ApiClient, TargetUnavailableError, recorded_client
from harness.http.connection import open_client
from harness.http.fair_use import FairUseGate
from harness.http.holding import weight
from harness.http.interruption import Interruption
from harness.http.recording import NoRecorder, Recorder
from harness.http.retrying import MOST_TRIES, SAFE, TURNED_AWAY
from harness.redaction.redactor import Redactor
from harness.targets.model import Api, Target
from harness.targets.profiles import known_apis

NORWAY = ZoneInfo("Europe/Oslo")
OFTEN = 30
"""How often a call is repeated to see whether one in ten is answered differently: it is missed once in 24 times."""
MOST_LOOKED_FOR = 5
"""How many kinds of answers are checked in this way."""


def is_below(request: Request, address: str) -> bool:
    """Whether a request went to this URL or below it."""
    return f"{request.url.partition('?')[0].rstrip('/')}/".startswith(f"{address.rstrip('/')}/")


@dataclass(frozen=True)
class Received:
    """An exchange as a run keeps it: with the organisation it is about, and what was found when it arrived."""

    exchange: Exchange
    organisation: str = ""
    attribution: Attribution = SERVICE
    """Who gave the answer."""
    broken: frozenset[str] = frozenset()
    """The checks that found a breach in it."""
    memory: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """Values already computed from the exchange, shared by all scenarios that use it."""

    @property
    def status(self) -> int:
        return self.exchange.response.status

    @property
    def kode(self) -> str | None:
        """The kode of the error body, in JSON or XML."""
        return error_field(self.exchange.response, "kode")

    @property
    def weight(self) -> int:
        """Bytes of memory that the answer takes with its values."""
        if "weight" not in self.memory:
            self.memory["weight"] = weight(self.exchange.response.body)
        return int(self.memory["weight"])

    @property
    def conditions(self) -> frozenset[str]:
        """The codes of the conditions that the answer lists."""
        return frozenset(condition_codes(self.exchange.response))

    @property
    def line(self) -> str:
        """Method and URL of the call."""
        return f"{self.exchange.request.method} {self.exchange.request.url}"


@dataclass
class Stand:
    """One API of one target, under test."""

    target: Target
    api: Api
    contract: Contract
    client: ApiClient
    gate: FairUseGate
    maskinporten: MaskinportenClient
    recorder: Recorder | NoRecorder
    redactor: Redactor
    issuer_http: httpx.Client
    pause: Callable[[float], None]
    """Waits for this many seconds, but not beyond the end of the run."""
    wait: Wait = simply
    """Waits for something; other scenarios may continue meanwhile."""
    korrelasjonsider: dict[str, str] = field(default_factory=dict)
    kept: dict[Hashable, Received] = field(default_factory=dict)
    """Answers to plain calls, for `Bench.recall`."""
    on_their_way: dict[Hashable, threading.Event] = field(default_factory=dict)
    """Plain calls in flight, each with the event that is set when it is answered."""
    is_given: Callable[[str], bool] = field(default=lambda token: True)  # noqa: ARG005
    """Whether the issuer gave us this token; anybody may refuse one that a test made up."""
    ways: Ways = field(default_factory=Ways)
    """What has been learnt from the service's own answers."""
    let_in: Callable[[], Exchange] | None = None
    """Repeats a call that the service let in; it changes nothing."""
    lasting: set[tuple[str, str]] = field(default_factory=set)
    """The checks and operations for which a second look has confirmed the findings."""
    witness: Callable[[str, Exchange], None] = field(default=lambda scenario, exchange: None)  # noqa: ARG005
    """Called with every answer that a scenario sees, including reused ones."""
    now: Callable[[], datetime.datetime] = field(default=lambda: datetime.datetime.now(datetime.UTC))
    homes: tuple[str, ...] = ()
    """The API's base URLs, if there are others than the client's."""
    traffic: tuple[Exchange, ...] = ()
    """The API's recorded exchanges, if a recording is judged."""
    knock: Callable[[], list[Exchange]] = field(default=list)
    """Makes the API's harmless calls without a token, and returns the exchanges."""
    looked_for: set[tuple[int, Wording | None]] = field(default_factory=set)
    """Answers that have been checked for appearing now and then."""
    _knocking: threading.Lock = field(default_factory=threading.Lock)
    has_knocked: bool = False
    """Whether those calls have been made."""

    def client_of(self, name: str) -> MaskinportenClient | None:
        """A token client for one of the target's other clients; None if there is none of that name."""
        configured = self.target.maskinporten
        if name not in configured.clients:
            return None
        return MaskinportenClient(configured.as_client(name), self.issuer_http, pause=self.pause, wait=self.wait)

    def is_home(self, request: Request) -> bool:
        """Whether a call went to the API's own address: elsewhere others answer, who promised nothing."""
        return any(is_below(request, home) for home in self.homes or (self.client.base_url,))

    def learn_who_keeps_the_entrance(self) -> bool:
        """Sees, once only, how a call without a token is refused; returns whether that was learnt just now."""
        self.wait(self._knocking.acquire)  # another scenario may be waiting for the answers
        try:
            if self.has_knocked:
                return False
            self.has_knocked = True
            refused = self.knock()
            for exchange in refused:
                attribute(exchange, self.contract, self.ways, Asked(has_token=False))
            return bool(refused)
        finally:
            self._knocking.release()

    def is_answered_now_and_then(self, response: Response) -> bool:
        """Whether an ordinary call gets an answer like this, too, if it is made often enough.

        If so, something in front of the service gives this answer, whatever the request.
        """
        if self.let_in is None or self.ways.comes_and_goes(response):
            return self.ways.comes_and_goes(response)
        asked_for = (response.status, Wording.of(response))
        if asked_for in self.looked_for or len(self.looked_for) == MOST_LOOKED_FOR:
            return False
        self.looked_for.add(asked_for)
        for _ in range(OFTEN):
            try:
                exchange = self.let_in()
            except TargetUnavailableError:
                return False
            self.recorder.record(self.redactor.lazily(exchange), "let in at other times?")
            if exchange.response.status >= 400 and not is_signed(exchange.response, self.contract):
                self.ways.learn_passing(exchange.response)
                if self.ways.comes_and_goes(response):
                    return True
        return False

    def has_our_token(self, exchange: Exchange) -> bool:
        """Whether a call carried a token that the issuer gave us."""
        token = token_of(exchange)
        return bool(token) and self.is_given(token)

    @contextlib.contextmanager
    def asking(self, key: Hashable) -> Iterator[None]:
        """Marks a plain call as in flight, so that others can wait for its answer."""
        answered = self.on_their_way[key] = threading.Event()
        try:
            yield
        finally:
            answered.set()

    def await_answer(self, key: Hashable) -> None:
        """Waits if another scenario has just made the same call."""
        asked = self.on_their_way.get(key)
        if asked is not None and not asked.is_set():
            self.wait(asked.wait)

    def today(self) -> datetime.date:
        """The date where the service is."""
        return self.now().astimezone(NORWAY).date()

    def remember(self, korrelasjonsid: str, request: str) -> None:
        """Notes which call a korrelasjonsid or feilid belongs to."""
        self.korrelasjonsider.setdefault(korrelasjonsid, request)


class Stands:
    """Opens a stand per API on demand, with one token client for all of them."""

    def __init__(
        self,
        target: Target,
        contracts: Mapping[str, Contract],
        recording: Path,
        in_flight: int,
        wait: Wait = simply,
    ) -> None:
        self._target = target
        self.in_flight = in_flight
        """The most calls in flight from here."""
        self._contracts = contracts
        sensitive = {name for contract in contracts.values() for name in contract.document.sensitive_names}
        self.redactor = Redactor(sensitive, secrets_of(target))
        self.recorder = Recorder(recording)
        self._stack = contextlib.ExitStack()
        self._stack.callback(self.recorder.close)
        self.interruption = Interruption()
        self._wait = wait
        self.issuer_http = self._stack.enter_context(recorded_client(target, self._record_token, self.interruption))
        pause = self.interruption.pause
        self.maskinporten = MaskinportenClient(target.maskinporten, self.issuer_http, pause=pause, wait=wait)
        self._api_http = self._stack.enter_context(open_client(target, interruption=self.interruption))
        self._budget_folder = recording.parent
        self.quickest = math.inf
        """Seconds that the quickest call of the preflight took."""
        self._open: dict[str, Stand] = {}

    def begin(self, witness: Callable[[str, Exchange], None]) -> None:
        """Forgets all answers, because the target behaves differently from now on, and stops recording.

        Connections and tokens stay.
        """
        for api in self._contracts:
            self[api].korrelasjonsider.clear()
            self[api].kept.clear()
            self[api].client.forget()
            self[api].ways, self[api].has_knocked = Ways(), False
            self[api].lasting.clear()
            self[api].looked_for.clear()
            self[api].let_in = None
            self[api].witness = witness
            self[api].recorder = NoRecorder()

    def __getitem__(self, api: str) -> Stand:
        if api not in self._open:
            self._open[api] = self._opened(api)
        return self._open[api]

    def _opened(self, api: str) -> Stand:
        configuration = self._target.apis[api]
        pause = self.interruption.pause
        gate = FairUseGate(configuration.base_url, slots=self.in_flight, pause=pause)
        client = ApiClient(
            configuration.base_url,
            self._api_http,
            gate,
            allowance=Allowance(
                gate.folder,
                self._budget_folder,
                self._target.requests_per_second,
                self._target.request_budget,
                pause=pause,
            ),
            listener=self._record_try,
            is_final=partial(self._is_final, self._contracts[api]),
            kind_of=partial(_kind_of, self._contracts[api]),
            renewal=lambda authorization: self._renewed(authorization, configuration.scope),
            pause=pause,
            wait=self._wait,
        )
        return Stand(
            self._target,
            configuration,
            self._contracts[api],
            client,
            gate,
            self.maskinporten,
            self.recorder,
            self.redactor,
            self.issuer_http,
            lambda seconds: self._wait(lambda: pause(seconds)),
            self._wait,
            is_given=self.maskinporten.gave,
            knock=partial(self._knock, api, client),
        )

    def _knock(self, api: str, client: ApiClient) -> list[Exchange]:
        known, configuration = known_apis().get(api), self._target.apis[api]
        calls = [call for call in (known.harmless_call, known.second_call) if call is not None] if known else []
        if not (configuration.access and configuration.organisations):
            return []
        filled = {"access": next(iter(configuration.access)), "organisation": configuration.organisations[0]}
        answered = []
        for call in calls:
            sent = {"Accept": "application/json"} | ({"Content-Type": "application/json"} if call.body else {})
            with contextlib.suppress(TargetUnavailableError):
                path, body = call.path.format(**filled), call.body.encode() or None
                answered.append(client.send_once(call.method, path, sent, body))
        for exchange in answered:
            self.recorder.record(self.redactor.lazily(exchange), "without a token")
        return answered

    def _record_token(self, exchange: Exchange) -> None:
        self.recorder.record(self.redactor.lazily(exchange), "token issuer")

    def _record_try(self, exchange: Exchange) -> None:
        """Records a try without an answer from the service, or with an expired token, even if none follows it."""
        self.recorder.record(self.redactor.lazily(exchange), f"try {exchange.attempts}")

    def _is_final(self, contract: Contract, exchange: Exchange) -> bool:
        """Whether an answer that looks like a gateway's trouble is the service's own, or refuses this very request.

        Something that is busy whenever a suspicious call comes, and never otherwise, is a firewall; if it is busy at an
        address that the API does not have, it is a gateway without a route. A suspicious call that might change
        something is not repeated: its answer says nothing about the service either way.
        """
        is_home = is_below(exchange.request, self._target.apis[contract.api].base_url)
        asked = Asked(has_token=self.maskinporten.gave(token_of(exchange)), is_home=is_home)
        if is_signed(exchange.response, contract):
            return True
        status = exchange.response.status
        may_be_sent_again = status in TURNED_AWAY or changes_nothing(exchange.request, contract)
        is_settled = status < 400 or not may_be_sent_again or exchange.attempts >= MOST_TRIES
        return is_settled and is_refusable(exchange, contract, asked)

    def _renewed(self, authorization: str, scope: str) -> str | None:
        scheme, _, token = authorization.partition(" ")
        renewed = self.maskinporten.renewed(token, scope) if scheme == "Bearer" else None
        return f"Bearer {renewed}" if renewed is not None else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()


def token_of(exchange: Exchange) -> str:
    """The token in a request, or "" if there is none."""
    return (exchange.request.header("authorization") or "").removeprefix("Bearer ")


def changes_nothing(request: Request, contract: Contract) -> bool:
    """Whether a request may be repeated: it only reads, or is at an address where the API has nothing."""
    return request.method in SAFE or contract.operation_of(request) is None


def _kind_of(contract: Contract, request: Request) -> str:
    """The operation of a request; empty if the contract has none."""
    operation = contract.operation_of(request)
    return operation.id if operation is not None else ""
