"""The private keys that sign grants: read from the configured place, or generated for one run."""

import base64
import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from harness.auth.private_key import (
    CERTIFICATE,
    KEY,
    PASSWORD,
    SMALLEST,
    FoundKey,
    certificates,
    leaf_first,
    private_key,
)
from harness.auth.secrets import read_password, read_secret
from harness.targets.model import Client, Target
from harness.targets.problem import ConfigurationError, FieldProblem

KID = ("kid",)


@dataclass(frozen=True)
class SigningKey:
    """A private RSA key. The issuer knows its public half by `kid` or by the certificate chain `x5c`, leaf first."""

    kid: str | None
    private: rsa.RSAPrivateKey = field(repr=False)
    chain: Sequence[x509.Certificate] = ()

    @property
    def header(self) -> Mapping[str, object]:
        """The header members that identify the key; a client with a registered key must send `kid`."""
        if self.kid is not None:
            return {"kid": self.kid}
        return {"x5c": [base64.b64encode(_der(certificate)).decode() for certificate in self.chain]}

    @property
    def public_jwk(self) -> Mapping[str, str]:
        """The public half in the form in which Maskinporten's self-service registers keys."""
        numbers = self.private.public_key().public_numbers()
        return {
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": self.kid or "",
            "n": _base64url(numbers.n),
            "e": _base64url(numbers.e),
        }


def generate_key() -> SigningKey:
    """A new key with a unique `kid`."""
    return SigningKey(str(uuid.uuid4()), rsa.generate_private_key(public_exponent=65537, key_size=SMALLEST))


def ensure_keys_usable(target: Target) -> None:
    """Reads every client's key; raises ConfigurationError with a line for each unusable one."""
    lines = []
    for path, client in target.clients:
        if client.key == "generated":
            continue
        try:
            load_key(client)
        except FieldProblem as problem:
            lines.append(f"{target.place(*path, *problem.field)}: {problem.what}. {problem.fix}")
    if lines:
        raise ConfigurationError("\n".join(lines))


def load_key(client: Client) -> SigningKey:
    """The key that a target's client signs with; raises FieldProblem, which never quotes the key."""
    if client.key == "generated":
        return generate_key()
    found = read_key(client.key, client.key_password, client.kid)
    if found.private.key_size < SMALLEST:
        what = f"the key has {found.private.key_size} bits"
        raise FieldProblem(KEY, what, f"Use an RSA key of {SMALLEST} bits or more.")
    chain = _chain(client, found.private) or found.chain
    kid = client.kid or (None if chain else found.kid)
    if kid is None and not chain:
        fix = "Set it to the name that the self-service shows, or give the `certificate` to be sent as x5c."
        raise FieldProblem(KID, "the key has no name", fix)
    if kid is None:
        _ensure_valid(chain, found.private)
    return SigningKey(kid, found.private, chain)


def read_key(source: str, password: str | None = None, kid: str | None = None) -> FoundKey:
    """The key at a source, with its certificates; `kid` chooses among several. Raises FieldProblem."""
    secret = read_secret(source, KEY)
    return private_key(secret, read_password(password, PASSWORD) if password else None, kid)


def _chain(client: Client, private: rsa.RSAPrivateKey) -> Sequence[x509.Certificate]:
    if client.certificate is None:
        return ()
    return leaf_first(certificates(read_secret(client.certificate, CERTIFICATE)), private)


def _ensure_valid(chain: Sequence[x509.Certificate], private: rsa.RSAPrivateKey) -> None:
    """A certificate that is sent must belong to this key and be in force; raises FieldProblem."""
    leaf, now = chain[0], datetime.datetime.now(datetime.UTC)
    if leaf.public_key() != private.public_key():
        fix = "Put the key's own certificate first in the chain."
        raise FieldProblem(CERTIFICATE, "the certificate belongs to another key", fix)
    if leaf.not_valid_after_utc < now:
        what = f"the certificate expired on {leaf.not_valid_after_utc:%Y-%m-%d}"
        raise FieldProblem(CERTIFICATE, what, "Order a new one from Buypass or Commfides.")
    if leaf.not_valid_before_utc > now:
        what = f"the certificate is not valid before {leaf.not_valid_before_utc:%Y-%m-%d}"
        raise FieldProblem(CERTIFICATE, what, "Use the one in force, or set the clock.")


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def _base64url(number: int) -> str:
    octets = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
