"""How grants go wrong."""

from harness.reference_client.client import Client
from harness.reference_client.misbehaviours import misbehaviour


@misbehaviour("MASK-GRANT-001")
def audience_is_the_token_endpoint(client: Client) -> None:
    """The `aud` of a grant is the address of the token endpoint."""
    make = client.issuer.claims
    client.issuer.claims = lambda task: make(task) | {"aud": client.addresses.token_endpoint}
