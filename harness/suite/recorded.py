"""Provides recorded traffic in place of a target.

A recording cannot answer calls. Checks, and relations over recorded answers, judge it as it is.
"""

import contextlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NoReturn, Self, cast

import httpx

from harness.auth.maskinporten import MaskinportenClient
from harness.contract.attribution import Ways, attribute
from harness.contract.contract import Contract
from harness.contract.grounds import without_access
from harness.exchange import Request
from harness.http.client import ApiClient
from harness.http.fair_use import FairUseGate
from harness.http.interruption import Interruption
from harness.http.recording import Recorder
from harness.redaction.redactor import Redactor
from harness.suite.corpus import Roles
from harness.suite.markers import not_run
from harness.suite.stand import Stand
from harness.suite.traffic import Traffic
from harness.targets.model import Access, Api, Maskinporten, Target

NOWHERE = "https://recording.invalid"
"""The placeholder base URL of a recording; it resolves to nothing."""


def recorded_target(traffics: Mapping[str, Traffic]) -> Target:
    """The target of a recording: the organisations and accesses named in its calls."""
    issuer = Maskinporten(client_id="recording", key="generated", issuer=NOWHERE)
    return Target(name="recording", maskinporten=issuer, apis={api: _api(each) for api, each in traffics.items()})


def nobodys_target(apis: Iterable[str]) -> Target:
    """The target of a recording that is judged for the client's calls only: who answered them does not matter."""
    issuer = Maskinporten(client_id="recording", key="generated", issuer=NOWHERE)
    nowhere = Api(base_url=NOWHERE, scope="recording", organisations=())
    return Target(name="recording", maskinporten=issuer, apis=dict.fromkeys(apis, nowhere))


def _api(traffic: Traffic) -> Api:
    asked = [_asked(traffic.contract, exchange.request) for exchange in traffic.exchanges]
    organisations = dict.fromkeys(organisation for organisation, _ in asked if _is_organisation(organisation))
    ways = dict.fromkeys(access for _, access in asked if access)
    return Api(
        base_url=traffic.roots[0],
        scope="recording",
        organisations=tuple(organisations),
        access={access: Access(kind="token") for access in ways},
    )


def _asked(contract: Contract, request: Request) -> tuple[str, str]:
    """The organisation and the access that a call names, each empty if it names none."""
    operation = contract.operation_of(request)
    values = (operation and operation.path_parameters(request.parts.path)) or {}
    roles = Roles.of(operation) if operation else None
    return (values.get(roles.organisation or "", ""), values.get(roles.access or "", "")) if roles else ("", "")


def _is_organisation(text: str) -> bool:
    return len(text) == 9 and text.isascii() and text.isdecimal()


class OutOfReach:
    """A placeholder for a connection: a scenario that needs one has nothing to judge."""

    base_url = NOWHERE
    max_in_flight = 0

    def __getattr__(self, name: str) -> NoReturn:
        not_run("a recording answers no call")


def redactor_for(contracts: Iterable[Contract]) -> Redactor:
    """A redactor that knows the contracts' names of personal data."""
    return Redactor({name for contract in contracts for name in contract.document.sensitive_names})


class RecordedStands:
    """One stand per API, answering from the recording."""

    def __init__(self, target: Target, traffics: Mapping[str, Traffic], recording: Path, redactor: Redactor) -> None:
        self._target = target
        self._traffics = traffics
        self.redactor = redactor
        self.recorder = Recorder(recording)
        self.interruption = Interruption()
        self._open: dict[str, Stand] = {}

    def __getitem__(self, api: str) -> Stand:
        if api not in self._open:
            self._open[api] = self._opened(api)
        return self._open[api]

    def _opened(self, api: str) -> Stand:
        traffic, nobody = self._traffics[api], OutOfReach()
        let_in = (exchange.request for exchange in traffic.exchanges if exchange.response.status in range(200, 300))
        ways = Ways(shows_tokens=not any(reason for request in let_in for reason in without_access(request)))
        for exchange in traffic.exchanges:  # the answers that reveal how others refuse may come later
            attribute(exchange, traffic.contract, ways)
        return Stand(
            self._target,
            self._target.apis[api],
            traffic.contract,
            cast(ApiClient, nobody),
            cast(FairUseGate, nobody),
            cast(MaskinportenClient, nobody),
            self.recorder,
            self.redactor,
            cast(httpx.Client, nobody),
            self.interruption.pause,
            ways=ways,
            homes=traffic.roots,
            traffic=traffic.exchanges,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self.recorder.close()
