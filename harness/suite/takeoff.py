"""What a run asks before its first scenario: the preflight, by the run's own connections, limits and record."""

from collections.abc import Mapping

from harness.contract.attribution import attribute
from harness.doctor.preflight import Lines, Preflight, preflight
from harness.doctor.surroundings import unused_proxy
from harness.exchange import Exchange
from harness.suite.options import EMBEDDED
from harness.suite.run import Worker
from harness.suite.stand import Stands

COMMENT = "preflight"
"""Under which the calls are in the recording."""


def preflight_of(worker: Worker, stands: Stands) -> Preflight:
    """Makes the harmless calls to the APIs that the run judges, on its stands."""

    def send(api: str, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Exchange:
        exchange = stands[api].client.send_once(method, path, headers, body)
        stands.recorder.record(stands.redactor.lazily(exchange), COMMENT)
        stands.quickest = min(stands.quickest, exchange.elapsed)
        attribute(exchange, worker.contracts[api], stands[api].ways)  # how the service's answers are is learnt from it
        return exchange

    lines = Lines(stands.maskinporten.token, send, stands.issuer_http.get)
    return preflight(worker.target, worker.settings.target, tuple(worker.contracts), lines)


def warnings_of(worker: Worker, flight: Preflight) -> list[str]:
    """What is worth a line before the run goes on: ways in that are shut beside open ones, a proxy that is not used."""
    said = [f"{each}: not open, and so not judged" for each in flight.shut if each.api in flight.open]
    proxy = None if worker.settings.target == EMBEDDED else unused_proxy(worker.target)
    return said if proxy is None else [*said, proxy]
