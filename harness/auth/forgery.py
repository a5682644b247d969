"""Turns a genuine token into ones that a provider must refuse.

This happens on the client's side, so that the same scenario works against any target.
"""

import base64
import hashlib
import hmac
import json
import uuid
from collections.abc import Mapping
from typing import Any, cast

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import RSAAlgorithm

from harness.auth.keys import generate_key


def claims_of(token: str) -> dict[str, Any]:
    """The claims of a token, unverified: clients treat tokens as opaque, and only the forgeries look inside."""
    claims: dict[str, Any] = json.loads(_decoded(token.split(".")[1]))
    return claims


def with_altered_payload(token: str) -> str:
    """One claim changed under the old signature."""
    header, payload, signature = token.split(".")
    claims = json.loads(_decoded(payload)) | {"jti": str(uuid.uuid4())}
    return ".".join((header, _encoded(json.dumps(claims).encode()), signature))


def with_altered_signature(token: str) -> str:
    """One bit of the signature flipped."""
    header, payload, signature = token.split(".")
    octets = bytearray(_decoded(signature))
    octets[len(octets) // 2] ^= 1
    return ".".join((header, payload, _encoded(bytes(octets))))


def signed_by_stranger(token: str, **claims: object) -> str:
    """The same claims with those given replaced, signed with a key that the issuer does not have."""
    key = generate_key()
    return jwt.encode(claims_of(token) | claims, key.private, algorithm="RS256", headers={"kid": key.kid})


def signed_by_stranger_under_known_kid(token: str) -> str:
    """The same claims signed with another key under the issuer's own `kid`."""
    kid = jwt.get_unverified_header(token)["kid"]
    return jwt.encode(claims_of(token), generate_key().private, algorithm="RS256", headers={"kid": kid})


def unsigned(token: str) -> str:
    """The same claims with `alg` none and no signature."""
    header = jwt.get_unverified_header(token) | {"alg": "none"}
    return f"{_encoded(json.dumps(header).encode())}.{token.split('.')[1]}."


def signed_with_public_key(token: str, jwks: Mapping[str, object]) -> str:
    """The same claims under HS256 with the issuer's public key, in PEM, as the secret.

    Written by hand because PyJWT rightly refuses to do it.
    """
    header = jwt.get_unverified_header(token)
    keys = jwks.get("keys")
    jwk = next(key for key in (keys if isinstance(keys, list) else []) if key.get("kid") == header.get("kid"))
    public = cast(RSAPublicKey, RSAAlgorithm.from_jwk(jwk)).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    signed = f"{_encoded(json.dumps(header | {'alg': 'HS256'}).encode())}.{token.split('.')[1]}"
    return f"{signed}.{_encoded(hmac.digest(public, signed.encode(), hashlib.sha256))}"


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _encoded(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
