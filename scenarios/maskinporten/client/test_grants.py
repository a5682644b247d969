"""How a client asks for a token."""

from harness.clients.bench import ClientBench
from harness.suite.markers import requirement
from scenarios.maskinporten.client.lookups import look_up


@requirement("MASK-GRANT-001")
def test_a_client_gets_in(client: ClientBench):
    """A client that asks for a token, and calls with it, gets what it asked for."""
    look_up(client).expect_outcome("done")
