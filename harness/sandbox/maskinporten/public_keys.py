"""Reads the public keys that a vendor has in a file: PEM, one JWK or a JWKS."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from harness.sandbox.maskinporten.clients import KeyRefusedError

MOST_OCTETS = 1_000_000


def read_public_keys(path: Path) -> tuple[Mapping[str, Any], ...]:
    """Public JWKs that can be registered; a private half is left out, a missing `kid` is the key's RFC 7638 thumbprint.

    Raises KeyRefusedError.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_OCTETS + 1)
    except OSError as error:
        raise KeyRefusedError(f"--client-key {path}: it cannot be read ({error.strerror}).") from error
    text = content[:MOST_OCTETS].decode("utf-8-sig", errors="replace").strip()
    try:
        return public_keys(text)
    except KeyRefusedError as error:
        raise KeyRefusedError(f"--client-key {path}: {error}") from error


def public_keys(text: str) -> tuple[Mapping[str, Any], ...]:
    """The public keys in a text; raises KeyRefusedError."""
    if text.startswith("-----BEGIN"):
        return (_registered_form(_imported(text)),)
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise KeyRefusedError("this is not PEM and not JSON. Give a PEM file, a JWK or a JWKS.") from error
    entries = found.get("keys") if isinstance(found, dict) and "keys" in found else [found]
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise KeyRefusedError("there is no key in it. Give a PEM file, a JWK or a JWKS.")
    return tuple(_registered_form(_imported(entry), entry) for entry in entries)


def _imported(source: Any) -> RSAKey:  # noqa: ANN401 - a PEM text or the members of a JWK
    try:
        return RSAKey.import_key(source)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise KeyRefusedError("it does not hold an RSA key, the only kind that Maskinporten takes.") from error


def _registered_form(key: RSAKey, given: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
    public: dict[str, Any] = dict(key.as_dict(private=False))
    named = given or {}
    kid = named.get("kid") or key.thumbprint()
    return {**public, "kid": str(kid), "use": "sig", "alg": named.get("alg") or "RS256"}
