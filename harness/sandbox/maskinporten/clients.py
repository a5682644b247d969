"""The issuer's clients, with their keys and scopes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

KEY_LIFETIME = 365 * 24 * 3600
"""Seconds after a key was posted (docs.digdir.no, maskinporten_virksomhetssertifikat, 2024-10)."""

SMALLEST = 2048
SIGNS_WITH = ("RS256", "RS384", "RS512")
ONLY_RSA = "Maskinporten accepts RSA keys only."
NO_RSA = "its members n and e do not form an RSA key. Export the key again."
PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth"})
PRIVATE_KEY = (
    "this is a private key. Give only the public half (`openssl pkey -in KEY -pubout`), and create a new pair if the "
    "private half has left its owner."
)


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
    """Clients, the scopes that providers granted to organisations, and the delegations from consumers to suppliers."""

    clients: dict[str, Client]
    granted: frozenset[tuple[str, str]]
    """Pairs of organisation and scope."""
    delegated: frozenset[tuple[str, str, str]]
    """Triples of consumer, supplier and scope."""

    def add_keys(self, client: Client, jwks: Sequence[Mapping[str, Any]], now: float) -> list[RegisteredKey]:
        """Registers public keys, all or none; keys that are posted again are renewed.

        Raises KeyRefusedError.
        """
        taken = {kid for other in self.clients.values() if other is not client for kid in other.keys}
        keys: dict[str, RegisteredKey] = {}
        for jwk in jwks:
            kid, key = _checked(jwk)
            if kid in keys:
                raise KeyRefusedError("two of the keys have the same kid.")
            if kid in taken:
                raise KeyRefusedError("the kid is used by another client; it must be unique in all of Maskinporten.")
            keys[kid] = RegisteredKey(key, now)
        client.keys.update(keys)
        return [*keys.values()]


def _checked(jwk: Mapping[str, Any]) -> tuple[str, RSAKey]:
    """The kid and the key of a public JWK that may be registered; raises KeyRefusedError.

    Rules: docs.digdir.no, maskinporten_guide_apikonsument and maskinporten_protocol_jwtgrant (2025-08).
    """
    if any(member in jwk for member in PRIVATE_MEMBERS):
        raise KeyRefusedError(PRIVATE_KEY)
    kty, use, alg, kid = (jwk.get(name) for name in ("kty", "use", "alg", "kid"))
    if kty != "RSA":
        curve = f" on the curve {ascii(jwk['crv'])[:40]}" if "crv" in jwk else ""
        raise KeyRefusedError(f"it is a key of kty {ascii(kty)[:40]}{curve}. {ONLY_RSA}")
    if use != "sig":
        raise KeyRefusedError(f"its use is {ascii(use)[:40]}. Register a key for signatures, with use sig.")
    if alg not in SIGNS_WITH:
        raise KeyRefusedError(f"its alg is {ascii(alg)[:40]}. Maskinporten accepts {', '.join(SIGNS_WITH)}.")
    if "key_ops" in jwk and "verify" not in (jwk["key_ops"] or ()):
        raise KeyRefusedError("its key_ops do not allow verify. Register a key for signatures, without key_ops.")
    if not isinstance(kid, str) or not kid:
        raise KeyRefusedError("the key has no kid. Give it a unique one, for instance a UUID.")
    try:
        key = RSAKey.import_key({name: jwk[name] for name in ("kty", "n", "e", "kid", "use", "alg")})
        bits = key.raw_value.key_size
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise KeyRefusedError(NO_RSA) from error
    if bits < SMALLEST:
        raise KeyRefusedError(f"it has {bits} bits. Make one with {SMALLEST} or more.")
    return kid, key
