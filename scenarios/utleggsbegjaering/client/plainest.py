"""The simplest look-ups of Utleggsbegjæring, for scenarios in which the question does not matter."""

from harness.clients.bench import ClientBench, Done
from scenarios.utleggsbegjaering.client.filing import API, sender_of, way_of

KINDS = ("token", "system_user")
REFERENCES = ("TEST_SAK_OPPRETTET", "TEST_SAK_UNDER_BEHANDLING", "TEST_SAK_NEKTET_FREMMET")
"""Fixed references of the test environment (Utleggsbegjæring API, Status på sak, 2026-05-26)."""


def look_up(client: ClientBench, kind: str = "token", organisation: int = 0) -> Done:
    """The state of one of the test environment's fixed cases, by a way in of that kind."""
    reference = {"eksternSaksreferanse": REFERENCES[organisation]}
    way = way_of(client, kind)
    return client.asks(API, "hentStatusPaaSak", way=way, organisation=sender_of(client, way), parameters=reference)
