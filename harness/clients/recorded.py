"""What a recording shows of a client: its calls, and what the passive checks say of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.contract.client_calls import ISSUER, Calls, ClientCall, Surroundings
from harness.contract.client_checks import ClientBreach, all_client_checks
from harness.contract.contract import Contract
from harness.contract.deviation import Deviation
from harness.exchange import NO_TIME, Exchange
from harness.har import read_recording
from harness.redaction.redacted import NOTHING
from harness.redaction.redactor import Redactor
from harness.targets.profiles import known_apis
from harness.verdict.outcome import Finding, Outcome

TOKEN, METADATA = "/token", "/.well-known/oauth-authorization-server"


def recorded_calls(path: Path | None, contracts: Mapping[str, Contract]) -> tuple[ClientCall, ...]:
    """The calls in a recording in the order of time, each with the service that it went to."""
    exchanges = read_recording(path).exchanges if path is not None else ()
    calls = [_call(exchange, contracts) for exchange in exchanges]
    return tuple(sorted(calls, key=lambda call: call.arrived))


def _call(exchange: Exchange, contracts: Mapping[str, Contract]) -> ClientCall:
    started = exchange.started.timestamp() if exchange.started != NO_TIME else 0.0
    return ClientCall(
        exchange.request,
        exchange.response,
        _service_of(exchange, contracts),
        started,
        started + max(0.0, exchange.elapsed),
    )


def _service_of(exchange: Exchange, contracts: Mapping[str, Contract]) -> str:
    request = exchange.request
    path = request.parts.path
    if (path.endswith(TOKEN) and b"assertion=" in request.body) or path.startswith(METADATA) or METADATA in path:
        return ISSUER
    found = (name for name, contract in contracts.items() if contract.operation_of(request) is not None)
    return next(found, "elsewhere")


def surroundings_in(calls: tuple[ClientCall, ...], contracts: Mapping[str, Contract]) -> Surroundings:
    """The issuer is that of the recorded token requests: their address without its last segment."""
    asked = (call.request.url.partition("?")[0] for call in calls if call.is_token_request)
    endpoint = next(asked, "")
    scopes = {name: frozenset({api.scope}) for name, api in known_apis().items() if name in contracts}
    return Surroundings(endpoint.removesuffix("token"), endpoint, contracts, scopes)


@dataclass(frozen=True)
class RecordedClient:
    """One scenario's access to recorded traffic of a client."""

    calls: tuple[ClientCall, ...]
    contracts: Mapping[str, Contract]
    outcome: Outcome
    check: str
    redactor: Redactor

    def judged_by(self, check: str, api: str) -> bool:
        """Lets one check judge all calls for an API's or the issuer's promise; False where nothing could tell."""
        contract = self.contracts[api]
        module = all_client_checks()[check]
        calls = Calls(self.calls, (), surroundings_in(self.calls, self.contracts), contract)
        if not module.applies(calls):
            return False
        requirement = contract.by_check[check]
        self.outcome.judged[requirement] = self.outcome.judged.get(requirement, 0) + 1
        for breach in _first_of_each_kind(module.breaches(calls)):
            self._add(requirement, breach, check)
        return True

    def note_failed_assertion(self, deviation: Deviation) -> None:
        """Notes what an assertion over the recorded calls says."""
        self.note(deviation)

    def note(self, deviation: Deviation) -> None:
        """Notes a deviation without a call."""
        redact = self.redactor.message
        self.outcome.findings.append(
            Finding(
                requirement=deviation.requirement,
                check=self.check,
                aspect=redact(deviation.aspect),
                expected=redact(deviation.expected),
                actual=redact(deviation.actual),
            )
        )

    def _add(self, requirement: str, breach: ClientBreach, check: str) -> None:
        redact = self.redactor.message
        contract = self.contracts.get(breach.call.service)
        operation = contract.operation_of(breach.call.request) if contract else None
        self.outcome.findings.append(
            Finding(
                requirement=requirement,
                check=check,
                aspect=redact(breach.aspect),
                expected=redact(breach.expected),
                actual=redact(breach.actual),
                operation=operation.id if operation else "",
                organisation=NOTHING,
                korrelasjonsid=NOTHING,
                request=redact(breach.call.line),
            )
        )


def _first_of_each_kind(breaches: Iterator[ClientBreach]) -> list[ClientBreach]:
    found: dict[str, ClientBreach] = {}
    for breach in breaches:
        found.setdefault(breach.aspect, breach)
    return list(found.values())
