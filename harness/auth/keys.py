"""The private keys that sign grants: read from where the configuration says, or made for one run."""

import base64
import binascii
import datetime
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from jwt.algorithms import RSAAlgorithm
from jwt.exceptions import InvalidKeyError

from harness.auth.secrets import read_password, read_secret
from harness.files.text import decoded
from harness.files.tree import json_of
from harness.files.unreadable import UnreadableFileError
from harness.targets.model import Client, Target
from harness.targets.problem import ConfigurationError, FieldProblem

SMALLEST = 2048
"""Bits; Maskinporten takes RSA keys only (domain: auth, 2.1)."""

KEY, PASSWORD, CERTIFICATE, KID = ("key",), ("key_password",), ("certificate",), ("kid",)
RSA_ONLY = "Maskinporten takes RSA keys only: make one with openssl genrsa 2048."


@dataclass(frozen=True)
class SigningKey:
    """A private RSA key. The issuer knows its public half by `kid`, or by the certificate chain `x5c`, leaf first."""

    kid: str | None
    private: rsa.RSAPrivateKey = field(repr=False)
    chain: Sequence[x509.Certificate] = ()

    @property
    def header(self) -> Mapping[str, object]:
        """What a grant's header says of the key; a client with a registered key must send `kid`."""
        if self.kid is not None:
            return {"kid": self.kid}
        return {"x5c": [base64.b64encode(_der(certificate)).decode() for certificate in self.chain]}

    @property
    def public_jwk(self) -> Mapping[str, str]:
        """The public half in the form that Maskinporten's self-service registers."""
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
    """A new key under a name of its own."""
    return SigningKey(str(uuid.uuid4()), rsa.generate_private_key(public_exponent=65537, key_size=SMALLEST))


def ensure_keys_usable(target: Target) -> None:
    """Reads the key of every client; raises ConfigurationError with a line for each that cannot be used."""
    lines = []
    for path, client in target.clients:
        if client.key == "generated":
            continue
        try:
            load_key(client)
        except FieldProblem as problem:
            lines.append(f"{target.place(*path, *problem.field)}: {problem.what}. {problem.mend}")
    if lines:
        raise ConfigurationError("\n".join(lines))


def load_key(client: Client) -> SigningKey:
    """The key that a target's client signs with; raises FieldProblem without a word of the key itself."""
    if client.key == "generated":
        return generate_key()
    found = _read(client.key, client.key_password)
    if found.private.key_size < SMALLEST:
        what = f"the key has {found.private.key_size} bits"
        raise FieldProblem(KEY, what, f"Use an RSA key of {SMALLEST} bits or more.")
    chain = _chain(client) or found.chain
    kid = client.kid or (None if chain else found.kid)
    if kid is None and not chain:
        mend = "Set it to the name that the self-service shows, or give the `certificate` to be sent as x5c."
        raise FieldProblem(KID, "the key has no name", mend)
    if kid is None:
        _ensure_valid(chain, found.private)
    return SigningKey(kid, found.private, chain)


def read_private_key(source: str, password: str | None = None) -> tuple[rsa.RSAPrivateKey, str | None]:
    """The key at a source, with the name that it gives itself; raises FieldProblem."""
    found = _read(source, password)
    return found.private, found.kid


def read_key_text(source: str) -> tuple[str, str]:
    """The text at a source, with words for where that is; raises FieldProblem."""
    try:
        return read_secret(source, KEY).decode(), f"key in {source.partition(':')[2]}"
    except UnicodeDecodeError:
        raise FieldProblem(KEY, "it is no text", "Name a file in PEM or JWK form.") from None


def _read(source: str, password_source: str | None) -> SigningKey:
    content = read_secret(source, KEY)
    password = read_password(password_source, PASSWORD) if password_source else None
    text = content.strip()
    if text.startswith(b"{"):
        return _from_jwk(text)
    if b"-----BEGIN" in text:
        return SigningKey(None, _from_pem(text, password))
    return _from_pkcs12(content, password)


def _from_pem(text: bytes, password: bytes | None) -> rsa.RSAPrivateKey:
    if b"PRIVATE KEY" not in text:
        raise FieldProblem(KEY, "it holds no private key", "Grants are signed with the private key: name its file.")
    try:
        private = serialization.load_pem_private_key(text, password=password)
    except TypeError:
        if password is None:
            raise FieldProblem(PASSWORD, "the key is encrypted", "Set `key_password` to env:NAME.") from None
        raise FieldProblem(PASSWORD, "the key is not encrypted", "Take `key_password` away.") from None
    except (ValueError, UnsupportedAlgorithm):
        if password is not None:
            raise _wrong_password() from None
        raise FieldProblem(KEY, "it is no private key in PEM", "Check that it was copied whole, in PKCS#8.") from None
    if not isinstance(private, rsa.RSAPrivateKey):
        raise FieldProblem(KEY, "it is no RSA key", RSA_ONLY)
    return private


def _from_jwk(text: bytes) -> SigningKey:
    try:
        members = json_of(decoded(text, KEY), KEY)
        if members.get("kty") not in {None, "RSA"}:
            raise FieldProblem(KEY, "it is no RSA key", RSA_ONLY)
        private = RSAAlgorithm.from_jwk(members)
    except (UnreadableFileError, ValueError, InvalidKeyError, TypeError, KeyError, AttributeError):
        raise FieldProblem(KEY, "it is no RSA key in JWK form", "Check that it was copied whole.") from None
    if not isinstance(private, rsa.RSAPrivateKey):
        raise FieldProblem(KEY, "it is a public key", "Grants are signed with the private one: name its file.")
    kid = members.get("kid")
    return SigningKey(kid if isinstance(kid, str) and kid else None, private)


def _from_pkcs12(content: bytes, password: bytes | None) -> SigningKey:
    octets = _unwrapped(content)
    if not octets.startswith(b"\x30"):
        raise FieldProblem(KEY, "it is neither PEM nor JWK nor PKCS#12", "Export it again, as PKCS#8 or PKCS#12.")
    try:
        store = pkcs12.load_pkcs12(octets, password)
    except ValueError:
        if password is None:
            raise FieldProblem(PASSWORD, "it is missing for a PKCS#12 file", "Set it to env:NAME.") from None
        raise _wrong_password() from None
    if not isinstance(store.key, rsa.RSAPrivateKey):
        raise FieldProblem(KEY, "the PKCS#12 file holds no private RSA key", RSA_ONLY)
    certificates = [entry.certificate for entry in (store.cert, *store.additional_certs) if entry is not None]
    return SigningKey(None, store.key, certificates)


def _unwrapped(content: bytes) -> bytes:
    """PKCS#12 as it is, or in base64, as an environment variable holds it."""
    try:
        return base64.b64decode(re.sub(rb"\s", b"", content), validate=True)
    except (binascii.Error, ValueError):
        return content


def _chain(client: Client) -> Sequence[x509.Certificate]:
    if client.certificate is None:
        return ()
    try:
        return x509.load_pem_x509_certificates(read_secret(client.certificate, CERTIFICATE))
    except ValueError:
        what = "it holds no certificate in PEM"
        raise FieldProblem(CERTIFICATE, what, "Name the chain, the own certificate first.") from None


def _ensure_valid(chain: Sequence[x509.Certificate], private: rsa.RSAPrivateKey) -> None:
    """A certificate that is sent must be of this key and in force; raises FieldProblem."""
    leaf, now = chain[0], datetime.datetime.now(datetime.UTC)
    if leaf.public_key() != private.public_key():
        mend = "Put the key's own certificate first in the chain."
        raise FieldProblem(CERTIFICATE, "the certificate is of another key", mend)
    if leaf.not_valid_after_utc < now:
        what = f"the certificate expired on {leaf.not_valid_after_utc:%Y-%m-%d}"
        raise FieldProblem(CERTIFICATE, what, "Order a new one from Buypass or Commfides.")
    if leaf.not_valid_before_utc > now:
        what = f"the certificate is not valid before {leaf.not_valid_before_utc:%Y-%m-%d}"
        raise FieldProblem(CERTIFICATE, what, "Use the one in force, or set the clock.")


def _wrong_password() -> FieldProblem:
    return FieldProblem(PASSWORD, "it does not open the key", "Set it to the password that the key was exported with.")


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def _base64url(number: int) -> str:
    octets = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
