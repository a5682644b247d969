"""Whether a client understands a plain look-up, which scenarios about variations need first."""

from harness.clients.bench import ClientBench, Done
from scenarios.kravogbetalinger.client.answers import is_understood
from scenarios.kravogbetalinger.client.plainest import API, customer, way_of

PERIOD = {"fraOgMed": "2026-01-01", "tilOgMed": "2026-10-31"}


def ask(client: ClientBench, operation: str) -> Done:
    """One look-up by an operation, about the first organisation."""
    way = way_of(client, "consent")
    parameters = {} if operation == "aapnekrav" else PERIOD
    return client.asks(API, operation, way=way, organisation=customer(client, "consent"), parameters=parameters)


def ensure_plain(client: ClientBench, operation: str = "aapnekrav") -> None:
    """Ends the scenario if the client does not understand a plain look-up by the operation."""
    client.must_first(f"{API}/{operation}", lambda: is_understood(ask(client, operation), operation))
