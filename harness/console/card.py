"""The address card of a client that signs with a key of its own."""

from harness.clients.protocol import Connect
from harness.targets.model import Target

OWN_KEY, OWN_KID = "PATH-OF-YOUR-PRIVATE-KEY", "ITS-KID"


def card_of(target: Target) -> Connect:
    """What the client must be told; its key is its own."""
    issuer = target.maskinporten.issuer
    return Connect(
        issuer=issuer,
        token_endpoint=issuer.rstrip("/") + "/token",
        client_id=target.maskinporten.client_id,
        key=OWN_KEY,
        kid=OWN_KID,
        base_urls={name: api.base_url for name, api in target.apis.items()},
        ca=target.ca_bundle,
    )
