"""Signs a manifest as a JWS, and finds out who signed one."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from jwt.algorithms import RSAAlgorithm
from jwt.api_jws import PyJWS
from jwt.exceptions import PyJWTError

from harness.auth.keys import read_key
from harness.auth.private_key import SMALLEST
from harness.files.text import read_text
from harness.files.tree import json_of
from harness.files.unreadable import UnreadableFileError
from harness.targets.configuration import ConfigurationError

ALGORITHM = "RS256"

NAMES = {NameOID.SERIAL_NUMBER: "serialNumber", NameOID.ORGANIZATION_IDENTIFIER: "organizationIdentifier"}
"""Where a business certificate has the organisation number."""


UNUSABLE = (
    PyJWTError, UnsupportedAlgorithm, ValueError, LookupError, TypeError, AttributeError, RecursionError,
)  # fmt: skip
"""What reading a malformed header may raise."""


class UnreadableSealError(Exception):
    """An invalid signature; the text says why."""


@dataclass(frozen=True)
class Signer:
    """A private key, with the certificates that identify its owner, if any."""

    private: rsa.RSAPrivateKey = field(repr=False)
    chain: Sequence[x509.Certificate] = ()

    def sign(self, manifest: bytes) -> bytes:
        """The manifest as a compact JWS, with the public half or the certificate chain in the header."""
        jwk = _public_jwk(self.private.public_key())
        headers: dict[str, Any] = {"typ": "JOSE", "kid": thumbprint(jwk), "jwk": jwk}
        if self.chain:
            headers["x5c"] = [base64.b64encode(_der(certificate)).decode() for certificate in self.chain]
        return PyJWS().encode(manifest, self.private, algorithm=ALGORITHM, headers=headers).encode()


@dataclass(frozen=True)
class Seal:
    """A valid signature: the key's RFC 7638 thumbprint, and the certificate that came with it."""

    thumbprint: str
    certificate: x509.Certificate | None

    def __str__(self) -> str:
        """Who signed, according to the signature. Offline, the certificate's authenticity is not checked."""
        if self.certificate is None:
            return f"signed by the key with thumbprint {self.thumbprint}"
        subject = self.certificate.subject.rfc4514_string(NAMES)
        until = self.certificate.not_valid_after_utc.date()
        return f"signed by the key with thumbprint {self.thumbprint}, whose certificate names {subject}, until {until}"


def read_signer(source: str) -> Signer:
    """The key at `env:NAME` or `file:PATH`; certificates in the same PEM are included in the signature.

    Raises ConfigurationError.
    """
    found = read_key(source)
    if found.chain and found.chain[0].public_key() != found.private.public_key():
        place = f"key in {source.partition(':')[2]}"
        raise ConfigurationError(
            f"{place}: none of its certificates belongs to the key. Put the key's certificate first."
        )
    return Signer(found.private, found.chain)


def read_seal(signature: bytes, manifest: bytes) -> Seal:
    """Checks that a JWS signs exactly this manifest; raises UnreadableSealError."""
    try:
        header = PyJWS().get_unverified_header(signature)
        public = _public_key(header)
        signed = PyJWS().decode(signature, public, algorithms=[ALGORITHM])
        chain = [x509.load_der_x509_certificate(base64.b64decode(item)) for item in header.get("x5c", ())]
    except UNUSABLE as error:
        raise UnreadableSealError("the signature is invalid") from error
    if signed != manifest:
        raise UnreadableSealError("the signature is for another manifest")
    return Seal(thumbprint(_public_jwk(public)), chain[0] if chain else None)


def read_thumbprint(path: Path) -> str:
    """The thumbprint of a public key, certificate or JWK in a file; raises ConfigurationError."""
    place = f"key in {path}"
    try:
        text = read_text(path)
    except UnreadableFileError as error:
        raise ConfigurationError(f"{place}: {error.what}. {error.fix}") from error
    try:
        if text.lstrip().startswith("{"):
            return thumbprint({name: str(json_of(text, place)[name]) for name in ("e", "kty", "n")})
        if "BEGIN CERTIFICATE" in text:
            public: object = x509.load_pem_x509_certificate(text.encode()).public_key()
        else:
            public = serialization.load_pem_public_key(text.encode())
        if isinstance(public, rsa.RSAPublicKey):
            return thumbprint(_public_jwk(public))
    except (UnreadableFileError, ValueError, KeyError, TypeError, UnsupportedAlgorithm):
        pass
    raise ConfigurationError(f"{place}: not an RSA public key, certificate or JWK. Ask the vendor for one.")


def thumbprint(jwk: Mapping[str, str]) -> str:
    """RFC 7638: the SHA-256 of the key's required members in canonical form, as base64url."""
    canonical = json.dumps({name: jwk[name] for name in ("e", "kty", "n")}, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha256(canonical.encode()).digest()).rstrip(b"=").decode()


def _public_key(header: Mapping[str, Any]) -> rsa.RSAPublicKey:
    public = RSAAlgorithm.from_jwk(header["jwk"])
    if not isinstance(public, rsa.RSAPublicKey) or public.key_size < SMALLEST:
        raise ValueError("not an RSA public key of sufficient size")
    if header.get("x5c"):
        leaf = x509.load_der_x509_certificate(base64.b64decode(header["x5c"][0]))
        if leaf.public_key() != public:
            raise ValueError("the certificate belongs to another key")
    return public


def _public_jwk(public: rsa.RSAPublicKey) -> dict[str, str]:
    members = RSAAlgorithm.to_jwk(public, as_dict=True)
    return {name: str(members[name]) for name in ("e", "kty", "n")}


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)
