"""The issuer: its identifier, its keys, and the tokens it signs."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

ALGORITHM = "RS256"


def _new_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": secrets.token_urlsafe(12), "use": "sig", "alg": ALGORITHM})


@dataclass
class Issuer:
    """Keys are generated at start and kept in memory only."""

    name: str
    keys: list[RSAKey] = field(default_factory=lambda: [_new_key()], repr=False)

    def rotate(self) -> None:
        """Signs with a new key from now on; the old one stays in the JWKS, as in the real service."""
        self.keys.insert(0, _new_key())

    @property
    def jwks(self) -> dict[str, list[Mapping[str, Any]]]:
        return {"keys": [key.as_dict(private=False) for key in self.keys]}

    @property
    def metadata(self) -> dict[str, object]:
        """RFC 8414 metadata with the same fields as the real test environment."""
        base = self.name.rstrip("/")
        return {
            "issuer": self.name,
            "token_endpoint": f"{base}/token",
            "jwks_uri": f"{base}/jwk",
            "grant_types_supported": ["urn:ietf:params:oauth:grant-type:jwt-bearer"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS256", "RS384", "RS512"],
            "authorization_details_types_supported": ["urn:altinn:systemuser", "urn:altinn:consent"],
        }

    def signed(self, claims: Mapping[str, Any]) -> str:
        key = self.keys[0]
        return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, dict(claims), key)


def party(organisation: str) -> dict[str, str]:
    """An organisation as written in tokens."""
    return {"authority": "iso6523-actorid-upis", "ID": f"0192:{organisation}"}
