"""The private keys that sign grants: read from where the configuration says, or made for one run."""

import base64
import json
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from jwt.exceptions import InvalidKeyError

from harness.targets.configuration import ConfigurationError
from harness.targets.model import Maskinporten

SMALLEST = 2048
"""Bits; Maskinporten takes RSA keys only (domain: auth, 2.1)."""


@dataclass(frozen=True)
class SigningKey:
    """A private RSA key with the name under which the issuer knows its public half."""

    kid: str
    private: rsa.RSAPrivateKey = field(repr=False)

    @property
    def public_jwk(self) -> Mapping[str, str]:
        """The public half in the form that Maskinporten's self-service registers."""
        numbers = self.private.public_key().public_numbers()
        return {
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": self.kid,
            "n": _base64url(numbers.n),
            "e": _base64url(numbers.e),
        }


def generate_key() -> SigningKey:
    """A new key under a name of its own."""
    return SigningKey(str(uuid.uuid4()), rsa.generate_private_key(public_exponent=65537, key_size=SMALLEST))


def load_key(client: Maskinporten) -> SigningKey:
    """The key that a target's client signs with; raises ConfigurationError without a word of the key itself."""
    if client.key == "generated":
        return generate_key()
    private, kid = read_private_key(client.key)
    name = client.kid or kid
    if name is None:
        raise ConfigurationError(
            f"key in {client.key}: the key has no name. Set `kid` to the one that the self-service shows."
        )
    return SigningKey(name, private)


def read_private_key(source: str) -> tuple[rsa.RSAPrivateKey, str | None]:
    """The key at `env:NAME` or `file:PATH` with the name that it gives itself; raises ConfigurationError."""
    text, place = read_key_text(source)
    private, kid = _from_jwk(text, place) if text.lstrip().startswith("{") else (_from_pem(text, place), None)
    if private.key_size < SMALLEST:
        raise ConfigurationError(f"{place}: the key has {private.key_size} bits. Use an RSA key of {SMALLEST} or more.")
    return private, kid


def read_key_text(source: str) -> tuple[str, str]:
    """What stands at `env:NAME` or `file:PATH`, with words for where that is; raises ConfigurationError."""
    scheme, _, rest = source.partition(":")
    if scheme == "env":
        if rest not in os.environ:
            raise ConfigurationError(f"key: the environment variable {rest} is not set. Set it to the key, PEM or JWK.")
        return os.environ[rest], f"key in the environment variable {rest}"
    if scheme == "file":
        try:
            return Path(rest).expanduser().read_text(encoding="utf-8"), f"key in {rest}"
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is no text"
            raise ConfigurationError(f"key in {rest}: it cannot be read ({reason}). Name a PEM or JWK file.") from error
    raise ConfigurationError("key: its source has no known form. Use `env:NAME`, `file:PATH` or `generated`.")


def _from_pem(text: str, place: str) -> rsa.RSAPrivateKey:
    try:
        private = serialization.load_pem_private_key(text.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ConfigurationError(f"{place}: it is no unencrypted private key in PEM. Export it as PKCS#8.") from None
    if not isinstance(private, rsa.RSAPrivateKey):
        raise ConfigurationError(f"{place}: it is no RSA key. Maskinporten takes RSA keys only.")
    return private


def _from_jwk(text: str, place: str) -> tuple[rsa.RSAPrivateKey, str | None]:
    try:
        members = json.loads(text)
        private = RSAAlgorithm.from_jwk(members)
    except (ValueError, InvalidKeyError, TypeError, KeyError):
        raise ConfigurationError(f"{place}: it is no RSA key in JWK form. Check that it was copied whole.") from None
    if not isinstance(private, rsa.RSAPrivateKey):
        raise ConfigurationError(f"{place}: it is a public key. Grants are signed with the private one.")
    return private, members.get("kid")


def _base64url(number: int) -> str:
    octets = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
