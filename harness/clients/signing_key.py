"""The key that a driven client signs its grants with, generated for the run."""

import json
import uuid
from dataclasses import dataclass
from pathlib import Path

import httpx
import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from harness.clients.driver import DriverError


@dataclass(frozen=True)
class SigningKey:
    """A private key in a file (PEM, PKCS#8), and its key id at the issuer."""

    path: Path
    kid: str


def make_signing_key(folder: Path, registration: str, http: httpx.Client) -> SigningKey:
    """Generates a key in a folder and registers its public half with the sandbox's issuer; raises DriverError."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    kid = str(uuid.uuid4())
    path = folder / "client-key.pem"
    path.touch(mode=0o600)
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    jwk = {name: jwk[name] for name in ("kty", "n", "e")} | {"kid": kid, "use": "sig", "alg": "RS256"}
    response = http.post(registration, json=jwk)
    if response.status_code != 201:
        raise DriverError(f"the sandbox refused to register the client's key (status {response.status_code}).")
    return SigningKey(path, kid)
