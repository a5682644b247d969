"""Reads a vendor's public keys: PEM (keys and certificates), one JWK or a JWKS.

`clients` decides whether a key may be registered; here it is only brought into the form of a registered JWK.
"""

import codecs
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from harness.sandbox.maskinporten.clients import NO_RSA, ONLY_RSA, PRIVATE_KEY, SIGNS_WITH, KeyRefusedError

MOST_OCTETS = 1_000_000
BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]{1,40})-----.*?(?:-----END \1-----|\Z)", re.DOTALL)
FORMS = "Give a PEM file, a JWK or a JWKS."
Jwk = Mapping[str, Any]


def read_public_keys(path: Path) -> tuple[Jwk, ...]:
    """The public keys in a file, as JWKs that can be registered; raises KeyRefusedError."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_OCTETS + 1)
    except OSError as error:
        raise KeyRefusedError(f"it cannot be read ({error.strerror}).") from error
    return public_keys(content)


def public_keys(content: bytes) -> tuple[Jwk, ...]:
    """The public keys in a file or a posted body.

    A missing `kid` becomes the key's RFC 7638 thumbprint, a missing `use` `sig`, a missing `alg` `RS256`. Raises
    KeyRefusedError if there is no key, or one that can never be registered.
    """
    if len(content) > MOST_OCTETS:
        raise KeyRefusedError(f"it is larger than {MOST_OCTETS} bytes. {FORMS}")
    is_utf_16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))  # `>` in Windows PowerShell
    text = content.decode("utf-16" if is_utf_16 else "utf-8-sig", errors="replace").strip()
    if text.startswith("ssh-"):
        raise KeyRefusedError("this is an OpenSSH key. Convert it with `ssh-keygen -e -m PKCS8 -f FILE`.")
    if "-----BEGIN" in text and not text.startswith("{"):
        return tuple(_of_pem(block[1], block[0]) for block in BLOCK.finditer(text)) or _no_key()
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise KeyRefusedError(f"this is neither PEM nor JSON. {FORMS}") from error
    entries = found.get("keys") if isinstance(found, dict) and "keys" in found else [found]
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        return _no_key()
    return tuple(_of_jwk(entry) for entry in entries)


def _no_key() -> tuple[Jwk, ...]:
    raise KeyRefusedError(f"there is no key in it. {FORMS}")


def _of_pem(label: str, block: str) -> Jwk:
    if "PRIVATE KEY" in label:
        raise KeyRefusedError(PRIVATE_KEY)
    try:
        key: object = (
            x509.load_pem_x509_certificate(block.encode()).public_key()
            if label == "CERTIFICATE"
            else serialization.load_pem_public_key(block.encode())
        )
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyRefusedError(
            f"the PEM block {label} cannot be read as a public key. Copy the whole file, or create it again with "
            "`openssl pkey -in KEY -pubout`."
        ) from error
    if not isinstance(key, rsa.RSAPublicKey):
        curve = f" on the curve {key.curve.name}" if isinstance(key, ec.EllipticCurvePublicKey) else ""
        raise KeyRefusedError(f"it is a key of type {type(key).__name__.strip('_')}{curve}. {ONLY_RSA}")
    pem = key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return _completed(RSAKey.import_key(pem).as_dict(private=False))


def _of_jwk(jwk: Jwk) -> Jwk:
    """Keys of another kty are left unchanged: registering them reports what is wrong."""
    if jwk.get("kty") != "RSA":
        return jwk
    try:
        public = RSAKey.import_key({name: jwk[name] for name in ("kty", "n", "e")}).as_dict(private=False)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise KeyRefusedError(NO_RSA) from error
    given = {name: value for name, value in jwk.items() if value or name not in {"kid", "use", "alg"}}
    return _completed(public) | given


def _completed(public: Mapping[str, Any]) -> dict[str, Any]:
    """An RSA JWK with the members that people leave out."""
    return {**public, "kid": RSAKey.import_key(dict(public)).thumbprint(), "use": "sig", "alg": SIGNS_WITH[0]}
