"""The clients that the issuer knows, with their keys and scopes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

KEY_LIFETIME = 365 * 24 * 3600
"""Seconds from when a key is posted (docs.digdir.no, maskinporten_virksomhetssertifikat, 2024-10)."""

SMALLEST = 2048


class KeyRefusedError(Exception):
    """A posted key that cannot be registered; the text says why."""


@dataclass
class RegisteredKey:
    key: RSAKey
    posted: float


@dataclass
class Client:
    """A client of integration type maskinporten. `with_certificate` clients sign with a business certificate."""

    client_id: str
    owner: str
    scopes: frozenset[str]
    with_certificate: bool = False
    integration_type: str = "maskinporten"
    token_lifetime: int | None = None
    keys: dict[str, RegisteredKey] = field(default_factory=dict)


@dataclass
class Register:
    """Clients, the scopes that providers granted to organisations, and what consumers delegated to suppliers."""

    clients: dict[str, Client]
    granted: frozenset[tuple[str, str]]
    """Pairs of organisation and scope."""
    delegated: frozenset[tuple[str, str, str]]
    """Triples of consumer, supplier and scope."""

    def add_key(self, client: Client, jwk: Mapping[str, Any], now: float) -> RegisteredKey:
        """Registers a public key, or renews it when it is posted again; raises KeyRefusedError."""
        if any(member in jwk for member in ("d", "p", "q", "dp", "dq", "qi")):
            raise KeyRefusedError(
                "this is a private key. Post the public half only, and make a new pair: this one was sent."
            )
        if jwk.get("kty") != "RSA" or jwk.get("use") != "sig" or jwk.get("alg") not in {"RS256", "RS384", "RS512"}:
            raise KeyRefusedError("a key has kty RSA, use sig and alg RS256.")
        kid = jwk.get("kid")
        if not isinstance(kid, str) or not kid:
            raise KeyRefusedError("the key has no kid.")
        if any(kid in other.keys for other in self.clients.values() if other is not client):
            raise KeyRefusedError("the kid is taken by another client; it must be unique over all of Maskinporten.")
        try:
            key = RSAKey.import_key(dict(jwk))
            bits = key.raw_value.key_size
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise KeyRefusedError("the members of the key do not make an RSA key.") from error
        if bits < SMALLEST:
            raise KeyRefusedError(f"the key has {bits} bits; {SMALLEST} is the least.")
        registered = client.keys[kid] = RegisteredKey(key, now)
        return registered
