"""Fetches tokens from Maskinporten and keeps each until shortly before it expires."""

import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import httpx

from harness.auth.grant import Subject, grant_claims, sign_grant
from harness.auth.keys import SigningKey, load_key
from harness.targets.model import Maskinporten

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"

# Tokens live 120 s. Between 10 s and 30 s early is what clients in production use (domain: auth, 8).
EARLY = 15.0


class NoAccessError(Exception):
    """No token could be had: the target cannot be judged. The text says why and never holds a token or grant."""


class TokenRefusedError(NoAccessError):
    """Maskinporten refused a grant."""

    def __init__(self, status: int, error: str, description: str, uri: str) -> None:
        code = uri.rpartition("/")[2] or f"HTTP {status}"
        super().__init__(f"Maskinporten refused the grant: {error} ({code}): {description}")
        self.status, self.error, self.description, self.code = status, error, description, code


@dataclass(frozen=True)
class AccessToken:
    """A token with the moments (monotonic clock) at which it is no longer used, and at which it expires."""

    value: str = field(repr=False)
    fresh_until: float
    expires: float


class MaskinportenClient:
    """One client of one issuer. Safe to use from several threads: a subject is asked for once at a time."""

    def __init__(self, configuration: Maskinporten, http: httpx.Client, now: Callable[[], float] = time.time) -> None:
        self._configuration = configuration
        self._http = http
        self._now = now
        self._lock = threading.Lock()
        self._key: SigningKey | None = None
        self._metadata: Mapping[str, str] | None = None
        self._tokens: dict[Subject, AccessToken] = {}
        self._asking: dict[Subject, threading.Lock] = {}

    def token(self, subject: Subject) -> str:
        """An access token for the subject; raises NoAccessError, or ConfigurationError for a bad key."""
        with self._lock:
            asking = self._asking.setdefault(subject, threading.Lock())
        with asking:
            cached = self._tokens.get(subject)
            if cached is None or cached.fresh_until <= time.monotonic():
                cached = self._tokens[subject] = self.fetch(subject)
            return cached.value

    def fetch(self, subject: Subject) -> AccessToken:
        """A new token, past the cache; raises as `token` does."""
        metadata, key = self._prepared()
        asked = time.monotonic()
        claims = grant_claims(
            subject, issuer=metadata["issuer"], client_id=self._configuration.client_id, now=int(self._now())
        )
        body = self.send(sign_grant(claims, key))
        lifetime = float(str(body.get("expires_in", 0)))
        fresh = max(lifetime - EARLY, lifetime / 2)
        return AccessToken(str(body["access_token"]), asked + fresh, time.monotonic() + lifetime)

    def send(self, assertion: str) -> Mapping[str, object]:
        """Posts a grant as it is and returns the token response; raises NoAccessError."""
        metadata, _ = self._prepared()
        response = self._post(metadata["token_endpoint"], {"grant_type": GRANT_TYPE, "assertion": assertion})
        try:
            body = response.json()
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise NoAccessError(f"{metadata['token_endpoint']}: status {response.status_code} without a JSON body.")
        if response.status_code != 200 or "access_token" not in body:
            description = re.sub(r"\s+", " ", str(body.get("error_description", "no description")))
            raise TokenRefusedError(
                response.status_code, str(body.get("error", "no error")), description, str(body.get("error_uri", ""))
            )
        return body

    def mint(self, url: str, token: str, claims: Mapping[str, object]) -> str:
        """Asks a sandbox for a token with other claims, signed with the issuer's key; raises NoAccessError."""
        response = self._call(lambda: self._http.post(url, json={"token": token, "claims": dict(claims)}), url)
        if response.status_code != 200:
            raise NoAccessError(f"{url}: the sandbox minted no token (status {response.status_code}).")
        return str(response.json()["access_token"])

    def fetch_text(self, url: str, query: Mapping[str, str]) -> str:
        """The text that a generator of test tokens answers with; raises NoAccessError."""
        response = self._call(lambda: self._http.get(httpx.URL(url).copy_merge_params(dict(query))), url)
        if response.status_code != 200:
            raise NoAccessError(f"{url}: no token was generated (status {response.status_code}).")
        return response.text.strip()

    def public_keys(self) -> Mapping[str, object]:
        """The issuer's JWKS; raises NoAccessError."""
        return self._get(self._prepared()[0]["jwks_uri"])

    def signing_key(self) -> SigningKey:
        """The key that the client's grants are signed with, known to the issuer; raises NoAccessError."""
        return self._prepared()[1]

    @property
    def issuer(self) -> str:
        """The issuer's name, from its metadata; raises NoAccessError."""
        return self._prepared()[0]["issuer"]

    def _prepared(self) -> tuple[Mapping[str, str], SigningKey]:
        with self._lock:
            if self._metadata is None:
                issuer = self._configuration.issuer.rstrip("/")
                self._metadata = _named_urls(self._get(f"{issuer}/.well-known/oauth-authorization-server"))
            if self._key is None:
                key = load_key(self._configuration)
                if self._configuration.registration is not None:
                    self._register(key, self._configuration.registration)
                self._key = key
            return self._metadata, self._key

    def _register(self, key: SigningKey, url: str) -> None:
        response = self._call(lambda: self._http.post(url, json=dict(key.public_jwk)), url)
        if response.status_code >= 300:
            raise NoAccessError(f"{url}: the public key was not registered (status {response.status_code}).")

    def _post(self, url: str, form: Mapping[str, str]) -> httpx.Response:
        return self._call(lambda: self._http.post(url, data=dict(form)), url)

    def _get(self, url: str) -> Mapping[str, object]:
        response = self._call(lambda: self._http.get(url), url)
        try:
            body = response.json()
        except ValueError:
            body = None
        if response.status_code != 200 or not isinstance(body, dict):
            raise NoAccessError(f"{url}: status {response.status_code}, no JSON document. Check `issuer`.")
        return body

    @staticmethod
    def _call(send: Callable[[], httpx.Response], url: str) -> httpx.Response:
        try:
            return send()
        except httpx.HTTPError as error:
            raise NoAccessError(f"{url}: no answer ({type(error).__name__}: {error}).") from error


def _named_urls(metadata: Mapping[str, object]) -> Mapping[str, str]:
    missing = [name for name in ("issuer", "token_endpoint", "jwks_uri") if not isinstance(metadata.get(name), str)]
    if missing:
        raise NoAccessError(f"the issuer's metadata names no {', '.join(missing)}. Check `issuer`.")
    return {key: value for key, value in metadata.items() if isinstance(value, str)}
