"""The calls before the first scenario: the preflight, made with the run's own connections, limits and recording."""

from collections.abc import Mapping

from harness.contract.attribution import attribute
from harness.doctor.preflight import Lines, Preflight, preflight
from harness.doctor.surroundings import unused_proxy
from harness.exchange import Exchange
from harness.suite.options import EMBEDDED
from harness.suite.run import Worker
from harness.suite.stand import Stands

COMMENT = "preflight"
"""The comment under which these calls are recorded."""


def preflight_of(worker: Worker, stands: Stands) -> Preflight:
    """Makes the harmless calls to the APIs that the run judges, through its stands."""

    def send(api: str, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Exchange:
        exchange = stands[api].client.send_once(method, path, headers, body)
        stands.recorder.record(stands.redactor.lazily(exchange), COMMENT)
        stands.quickest = min(stands.quickest, exchange.elapsed)
        attribute(exchange, worker.contracts[api], stands[api].ways)  # learns what the service's answers look like
        return exchange

    lines = Lines(stands.maskinporten.token, send, stands.issuer_http.get)
    return preflight(worker.target, worker.settings.target, tuple(worker.contracts), lines)


def warnings_of(worker: Worker, flight: Preflight) -> list[str]:
    """Warnings before the run starts: accesses that are closed while others are open, and a proxy that is not used."""
    said = [f"{each}: not open, so not judged" for each in flight.shut if each.api in flight.open]
    proxy = None if worker.settings.target == EMBEDDED else unused_proxy(worker.target)
    return said if proxy is None else [*said, proxy]
