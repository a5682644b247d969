"""A sandbox in a separate process, and a client that shares no code with it: raw HTTP, grants signed by hand."""

import base64
import datetime
import json
import tomllib
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests import prepared

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
OPEN_CLAIMS, NOTHING, CREDITS = "313367002", "311851381", "314055403"
YEAR = {"fraOgMed": "2025-01-01", "tilOgMed": "2025-12-31"}


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@cache
def key_of(client_id: str) -> rsa.RSAPrivateKey:
    """A client's key, the same for every sandbox, because generating one takes a while."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Client:
    """A Maskinporten client of one sandbox, with its own key."""

    def __init__(self, sandbox: "RunningSandbox", client_id: str) -> None:
        self.sandbox, self.client_id, self.kid = sandbox, client_id, str(uuid.uuid4())
        self.key = key_of(client_id)
        numbers = self.key.public_key().public_numbers()
        jwk = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid, "e": "AQAB"}
        jwk["n"] = encoded(numbers.n.to_bytes(256, "big"))
        registered = sandbox.http.post(f"{sandbox.base}/maskinporten/clients/{client_id}/jwks", json=jwk)
        assert registered.status_code == 201

    def grant(self, **claims: object) -> httpx.Response:
        """Requests a token; a claim of None is left out."""
        now = self.sandbox.now()
        merged: dict[str, Any] = {
            "aud": f"{self.sandbox.base}/maskinporten/",
            "iss": self.client_id,
            "iat": now,
            "exp": now + 100,
            "jti": str(uuid.uuid4()),
            "scope": "skatteetaten:kravogbetalinger",
        } | claims
        present = {name: value for name, value in merged.items() if value is not None}
        parts = [encoded(json.dumps(part).encode()) for part in ({"alg": "RS256", "kid": self.kid}, present)]
        signature = self.key.sign(".".join(parts).encode(), padding.PKCS1v15(), hashes.SHA256())
        assertion = ".".join([*parts, encoded(signature)])
        form = {"grant_type": JWT_BEARER, "assertion": assertion}
        return self.sandbox.http.post(f"{self.sandbox.base}/maskinporten/token", data=form)

    def token(self, **claims: object) -> str:
        answer = self.grant(**claims)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])


class RunningSandbox:
    """A sandbox that listens, with its description."""

    def __init__(self, target: dict[str, Any], http: httpx.Client, process: prepared.Prepared) -> None:
        self.process = process
        self.target = target["targets"]["sandbox"]
        self.api = self.target["apis"]["kravogbetalinger"]
        self.base = self.target["maskinporten"]["issuer"].removesuffix("/maskinporten/")
        self.http = http
        self.client = Client(self, self.target["maskinporten"]["client_id"])

    def now(self) -> int:
        status = self.http.get(f"{self.base}/sandbox/status").json()
        return int(datetime.datetime.fromisoformat(status["now"]).timestamp())

    def token(self, **claims: object) -> str:
        return self.client.token(**claims)

    def mint(self, token: str, **claims: object) -> str:
        """A genuine token with other claims, signed by the sandbox's issuer."""
        body = {"token": token, "claims": claims}
        answer = self.http.post(self.target["maskinporten"]["mint"], json=body)
        return str(answer.json()["access_token"])

    def claims(self, token: str) -> dict[str, Any]:
        """The claims of a token."""
        text = token.split(".")[1]
        read: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        return read

    def get(self, path: str, token: str | None = None, **headers: str) -> httpx.Response:
        """Calls Krav og betalinger, relative to its base."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        return self.http.get(self.api["base_url"] + path, headers=sent)

    def ask(self, organisation: str, operation: str, **query: str) -> httpx.Response:
        """Calls as a statutory auditor; a period operation gets the year 2025 unless another is given."""
        asked = query or ({} if operation == "aapnekrav" else YEAR)
        path = f"/lovfestetrevisjon/{organisation}/{operation}"
        return self.get(f"{path}?{urlencode(asked)}" if asked else path, self.token())


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[RunningSandbox]:
    """A sandbox without pages, unless `--page` asks for them."""
    with (
        prepared.sandbox(folder / f"{uuid.uuid4()}.toml", "--no-page", *arguments) as (file, process),
        httpx.Client(trust_env=False, timeout=30) as http,
    ):
        yield RunningSandbox(tomllib.loads(file.read_text()), http, process)


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    """One sandbox with every knob at its default, at noon of an ordinary day."""
    with running(tmp_path_factory.mktemp("sandbox"), "--now", "2026-05-20T12:00:00Z") as started:
        yield started


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., RunningSandbox]]:
    """Starts another sandbox with the test's own arguments."""
    with ExitStack() as stack:
        yield lambda *arguments: stack.enter_context(running(tmp_path, *arguments))
