"""Gets access tokens from Maskinporten with JWT grants, and caches each while it is valid.

Rules: docs.digdir.no, maskinporten_protocol_jwtgrant (2025-08) and maskinporten_guide_apikonsument (2024-10).
"""

import json
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import jwt

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LIFETIME = 110
EARLY = 10
"""Seconds before its expiry when a token is no longer used."""
TRIES = 3


class NoTokenError(Exception):
    """No token from Maskinporten. `refused` says whether it refused, or could not be asked."""

    def __init__(self, text: str, *, refused: bool) -> None:
        super().__init__(text)
        self.refused = refused


@dataclass(frozen=True)
class Addresses:
    """The contents of the `connect` message."""

    issuer: str
    token_endpoint: str
    client_id: str
    key: str
    kid: str
    base_urls: Mapping[str, str]
    ca: str | None


@dataclass
class Kept:
    token: str
    until: float


@dataclass
class Issuer:
    """The token half of the client; each method is one step, which a misbehaviour may replace."""

    addresses: Addresses
    http: httpx.Client
    early: float = EARLY
    kept: dict[str, Kept] = field(default_factory=dict)
    locks: dict[str, threading.Lock] = field(default_factory=lambda: defaultdict(threading.Lock))
    metadata: Mapping[str, Any] = field(default_factory=dict)

    def token(self, task: Mapping[str, Any]) -> str:
        """A valid token for the task; raises NoTokenError."""
        key = self.cache_key(task)
        with self.locks[key]:
            kept = self.kept.get(key)
            if kept is None or kept.until <= self.now():
                kept = self.kept[key] = self.fetched(task)
            return kept.token

    def renewed(self, task: Mapping[str, Any], refused: str) -> str:
        """A token other than the one that an API refused; raises NoTokenError."""
        key = self.cache_key(task)
        with self.locks[key]:
            kept = self.kept.get(key)
            if kept is not None and kept.token == refused:
                del self.kept[key]
        return self.token(task)

    def now(self) -> float:
        return time.monotonic()

    def cache_key(self, task: Mapping[str, Any]) -> str:
        """The cache key of a token: scope, the organisation acted for, and what the token is bound to."""
        return json.dumps([task["scope"], task.get("consumer_org"), self.details(task)], sort_keys=True)

    def details(self, task: Mapping[str, Any]) -> list[dict[str, Any]]:
        if task.get("consent"):
            organisation = task["organisation"]
            giver = f"urn:altinn:organization:identifier-no:{organisation}"
            return [{"type": "urn:altinn:consent", "id": task["consent"], "from": giver}]
        user = task.get("system_user")
        if user:
            owner = {"authority": "iso6523-actorid-upis", "ID": f"0192:{user['organisation']}"}
            reference = {"externalRef": user["external_ref"]} if user.get("external_ref") else {}
            return [{"type": "urn:altinn:systemuser", "systemuser_org": owner, **reference}]
        return []

    def claims(self, task: Mapping[str, Any]) -> dict[str, Any]:
        issued = int(time.time())
        claims: dict[str, Any] = {
            "aud": self.known_metadata()["issuer"],
            "iss": self.addresses.client_id,
            "scope": task["scope"],
            "iat": issued,
            "exp": issued + LIFETIME,
            "jti": str(uuid.uuid4()),
        }
        if task.get("consumer_org"):
            claims["consumer_org"] = task["consumer_org"]
        details = self.details(task)
        return claims | ({"authorization_details": details} if details else {})

    def header(self) -> dict[str, Any]:
        return {"kid": self.addresses.kid}

    def assertion(self, task: Mapping[str, Any]) -> str:
        key = Path(self.addresses.key).read_bytes()
        return jwt.encode(self.claims(task), key, algorithm="RS256", headers=self.header())

    def known_metadata(self) -> Mapping[str, Any]:
        """The issuer's metadata (RFC 8414), read once."""
        if not self.metadata:
            url = self.addresses.issuer.rstrip("/") + "/.well-known/oauth-authorization-server"
            try:
                self.metadata = self.http.get(url).raise_for_status().json()
            except (httpx.HTTPError, ValueError) as error:
                text = f"Maskinporten's metadata cannot be read ({type(error).__name__})"
                raise NoTokenError(text, refused=False) from error
        return self.metadata

    def form(self, task: Mapping[str, Any]) -> dict[str, str]:
        return {"grant_type": GRANT_TYPE, "assertion": self.assertion(task)}

    def fetched(self, task: Mapping[str, Any]) -> Kept:
        """A new token. Each try uses a new grant; a refusal is not retried."""
        for number in range(1, TRIES + 1):
            try:
                asked = self.now()
                response = self.http.post(self.known_metadata()["token_endpoint"], data=self.form(task))
            except httpx.HTTPError as error:
                self.rest(number, None, f"Maskinporten cannot be reached ({type(error).__name__})")
                continue
            if response.status_code == 200:
                return self.read(response, asked)
            if 300 <= response.status_code < 400:
                raise NoTokenError("Maskinporten answered with a redirect", refused=False)
            if response.status_code < 500 and response.status_code != 429:
                raise NoTokenError(_refusal(response), refused=True)
            self.rest(number, response, f"Maskinporten answered with status {response.status_code}")
        raise NoTokenError("Maskinporten did not answer", refused=False)

    def read(self, response: httpx.Response, asked: float) -> Kept:
        """The token in an answer; raises NoTokenError if there is none."""
        try:
            body = response.json()
            lifetime = float(body["expires_in"])
            return Kept(str(body["access_token"]), asked + lifetime - min(self.early, lifetime / 5))
        except (ValueError, TypeError, KeyError) as error:
            raise NoTokenError("Maskinporten's answer contains no token", refused=False) from error

    def rest(self, number: int, response: httpx.Response | None, text: str) -> None:
        """Waits before the next try; raises NoTokenError after the last one."""
        if number == TRIES:
            raise NoTokenError(text, refused=False)
        asked = response.headers.get("Retry-After", "") if response is not None else ""
        time.sleep(float(asked) if asked.isdecimal() else 0.2 * 3 ** (number - 1))


def _refusal(response: httpx.Response) -> str:
    try:
        return str(response.json().get("error_description", "Maskinporten refuses"))
    except (ValueError, AttributeError):
        return f"Maskinporten answered with status {response.status_code}"
