"""What a run keeps for as long as it lasts: connections, tokens and the record of one API."""

import contextlib
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import httpx

from harness.auth.maskinporten import MaskinportenClient
from harness.contract.contract import Contract
from harness.exchange import Exchange
from harness.http.client import ApiClient, recorded_client
from harness.http.fair_use import FairUseGate
from harness.http.recording import Recorder
from harness.http.redaction import Redactor
from harness.targets.model import Api, Maskinporten, Target


@dataclass
class Stand:
    """One API of one target, under test."""

    target: Target
    api: Api
    contract: Contract
    client: ApiClient
    gate: FairUseGate
    maskinporten: MaskinportenClient
    recorder: Recorder
    redactor: Redactor
    issuer_http: httpx.Client
    korrelasjonsider: dict[str, str] = field(default_factory=dict)
    kept: dict[Hashable, tuple[Exchange, str, frozenset[str], dict[str, Any]]] = field(default_factory=dict)
    """Answers to plain calls, each with the organisation it is about, the checks it broke and what was worked out of
    it, for `Bench.recall`."""
    witness: Callable[[str, Exchange], None] = field(default=lambda scenario, exchange: None)  # noqa: ARG005
    """Told of every answer that a scenario sees, a recalled one too."""

    def remember(self, korrelasjonsid: str, request: str) -> None:
        """Notes to which call a korrelasjonsid belongs."""
        self.korrelasjonsider.setdefault(korrelasjonsid, request)


class Stands:
    """Opens a stand per API on demand, with one token issuer client for all of them."""

    def __init__(self, target: Target, contracts: Mapping[str, Contract], recording: Path) -> None:
        self._target = target
        self._contracts = contracts
        sensitive = {name for contract in contracts.values() for name in contract.document.sensitive_names}
        self.redactor = Redactor(sensitive)
        self._recorder = Recorder(recording, self.redactor)
        self._stack = contextlib.ExitStack()
        self._stack.callback(self._recorder.close)
        self._issuer_http = self._stack.enter_context(recorded_client(self._record_token))
        self._maskinporten = MaskinportenClient(target.maskinporten, self._issuer_http)
        self._open: dict[str, Stand] = {}

    def begin(self, witness: Callable[[str, Exchange], None]) -> None:
        """Forgets every answer, for a target that is another from now on; connections and tokens stay."""
        for api in self._contracts:
            self[api].korrelasjonsider.clear()
            self[api].kept.clear()
            self[api].witness = witness

    def __getitem__(self, api: str) -> Stand:
        if api not in self._open:
            self._open[api] = self._opened(api)
        return self._open[api]

    def _opened(self, api: str) -> Stand:
        configuration = self._target.apis[api]
        gate = FairUseGate(configuration.base_url)
        client = self._stack.enter_context(ApiClient(configuration.base_url, gate))
        return Stand(
            self._target,
            configuration,
            self._contracts[api],
            client,
            gate,
            self._maskinporten,
            self._recorder,
            self.redactor,
            self._issuer_http,
        )

    def client_of(self, configuration: Maskinporten) -> MaskinportenClient:
        """A token client of another registration at the issuer."""
        return MaskinportenClient(configuration, self._issuer_http)

    def _record_token(self, exchange: Exchange) -> None:
        self._recorder.record(exchange, "token issuer")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()
