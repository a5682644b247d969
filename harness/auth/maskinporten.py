"""Fetches tokens from Maskinporten and keeps each until shortly before it expires."""

import contextlib
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import httpx

from harness.auth.command import NoTokenPrintedError, printed_token
from harness.auth.grant import Subject, grant_claims, sign_grant
from harness.auth.keys import SigningKey, load_key
from harness.auth.token import claims_of
from harness.auth.trouble import InterruptedCallError, Trouble, trouble_of
from harness.auth.waiting import Wait, simply
from harness.redaction.redactor import Redactor
from harness.targets.model import Maskinporten

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"

# Tokens live 120 s. Production clients renew them 10 to 30 s early (domain: auth, 8).
EARLY = 15.0

PRINTED_LIFETIME = 30.0
"""Seconds for which a printed token is used if it does not state its own lifetime."""


MOST_TRIES = 3
FIRST_PAUSE = 0.25
"""Seconds before the second attempt; the third waits twice as long."""

PASSING = frozenset({429, 500, 502, 503, 504})
"""Statuses after which the issuer may accept the next grant; any other refusal is final (domain: auth, 8)."""


class NoAccessError(Exception):
    """No token could be obtained, so the target cannot be judged. The text says why, and never holds anything that
    looks like a token or grant, whatever the issuer answered.

    `trouble` is the network problem behind it; `may_pass` says whether a retry may get a token.
    """

    def __init__(self, text: str, trouble: Trouble | None = None, *, may_pass: bool = False) -> None:
        super().__init__(Redactor().text(text))
        self.trouble = trouble
        self.may_pass = may_pass or (trouble is not None and trouble.may_pass)


class IssuerError(NoAccessError):
    """The issuer's answer is not one that an issuer gives."""

    def __init__(self, url: str, status: int, what: str) -> None:
        super().__init__(f"{url}: status {status}, {what}.", may_pass=status in PASSING)
        self.url, self.status = url, status


class TokenRefusedError(NoAccessError):
    """Maskinporten refused a grant."""

    def __init__(self, status: int, error: str, description: str, uri: str) -> None:
        code = uri.rpartition("/")[2] or f"HTTP {status}"
        super().__init__(f"Maskinporten refused the grant: {error} ({code}): {description}", may_pass=status in PASSING)
        self.status, self.error, self.description, self.code = status, error, description, code


@dataclass(frozen=True)
class AccessToken:
    """A token with the times (monotonic clock) at which it stops being used and at which it expires.

    Its lifetime is in seconds.
    """

    value: str = field(repr=False)
    fresh_until: float
    expires: float
    lifetime: float = 0.0


class MaskinportenClient:
    """One client of one issuer. Thread-safe: only one request per subject runs at a time."""

    def __init__(
        self,
        configuration: Maskinporten,
        http: httpx.Client,
        now: Callable[[], float] = time.time,
        pause: Callable[[float], None] = time.sleep,
        wait: Wait = simply,
    ) -> None:
        self._configuration = configuration
        self._http = http
        self._now = now
        self._pause = pause
        self._waits = wait
        self._lock = threading.Lock()
        self._key: SigningKey | None = None
        self._metadata: Mapping[str, str] | None = None
        self._tokens: dict[Subject, AccessToken] = {}
        self._asking: dict[Subject, threading.Lock] = {}
        self._subjects: dict[str, Subject] = {}

    def token(self, subject: Subject) -> str:
        """An access token for the subject; raises NoAccessError, or ConfigurationError for a bad key."""
        with self._asking_for(subject):
            cached = self._tokens.get(subject)
            if cached is None or cached.fresh_until <= time.monotonic():
                cached = self._fetched(subject)
            return cached.value

    def gave(self, token: str) -> bool:
        """Whether the issuer gave us exactly this token."""
        return token in self._subjects

    def renewed(self, token: str, scope: str) -> str | None:
        """A replacement for a token that was refused although the issuer gave it to us for this scope.

        None for any other token: a negative test's forged token, or one for another scope, is refused rightly. A token
        is renewed once, however many calls used it.
        """
        subject = self._subjects.get(token)
        if subject is None or subject.scope != scope:
            return None
        with self._asking_for(subject):
            cached = self._tokens[subject]
            return (self._fetched(subject) if cached.value == token else cached).value

    def fetch(self, subject: Subject) -> AccessToken:
        """A new token, bypassing the cache; raises like `token`.

        Network trouble and a failing issuer are retried, with a new grant each time: a grant can be used only once.
        """
        asked = time.monotonic()
        command = subject.command
        body = self._waits(lambda: _printed(command)) if command else self._asked_for(subject)
        lifetime = _number(body.get("expires_in"))
        fresh = max(lifetime - EARLY, lifetime / 2)
        return AccessToken(str(body["access_token"]), asked + fresh, time.monotonic() + lifetime, lifetime)

    def grant(self, subject: Subject) -> Mapping[str, object]:
        """The claims of a new grant; raises like `token`."""
        if subject.consumer_org is None and self._configuration.consumer_org is not None:
            subject = replace(subject, consumer_org=self._configuration.consumer_org)
        client_id = self._configuration.client_id
        return grant_claims(subject, issuer=self.issuer, client_id=client_id, now=int(self._now()))

    def _asked_for(self, subject: Subject) -> Mapping[str, object]:
        for tries in range(1, MOST_TRIES + 1):
            try:
                return self.send(sign_grant(self.grant(subject), self.signing_key()))
            except NoAccessError as error:
                if not error.may_pass or tries == MOST_TRIES:
                    raise
                self._wait(FIRST_PAUSE * 2 ** (tries - 1))
        raise AssertionError("the last try returns or raises")

    def _wait(self, seconds: float) -> None:
        try:
            self._waits(lambda: self._pause(seconds))
        except InterruptedCallError as error:
            raise NoAccessError(f"{self._configuration.issuer}: {error}.", trouble_of(error)) from error

    def _fetched(self, subject: Subject) -> AccessToken:
        token = self._tokens[subject] = self.fetch(subject)
        self._subjects[token.value] = subject
        return token

    @contextlib.contextmanager
    def _asking_for(self, subject: Subject) -> Iterator[None]:
        with self._held(self._lock):
            turn = self._asking.setdefault(subject, threading.Lock())
        with self._held(turn):
            yield

    @contextlib.contextmanager
    def _held(self, lock: threading.Lock) -> Iterator[None]:
        """Other work goes on while we wait for a lock whose holder is waiting for the issuer."""
        if not lock.acquire(blocking=False):
            self._waits(lock.acquire)
        try:
            yield
        finally:
            lock.release()

    def send(self, assertion: str, grant_type: str = GRANT_TYPE) -> Mapping[str, object]:
        """Posts a grant unchanged and returns the token response; raises NoAccessError."""
        url = self._metadata_read()["token_endpoint"]
        response = self._call(
            lambda: self._http.post(url, data={"grant_type": grant_type, "assertion": assertion}), url
        )
        body = _json_object(response)
        if body is None:
            raise IssuerError(url, response.status_code, "not a JSON document")
        if response.status_code != 200 or not isinstance(body.get("access_token"), str):
            description = re.sub(r"\s+", " ", str(body.get("error_description", "no description")))
            raise TokenRefusedError(
                response.status_code, str(body.get("error", "no error")), description, str(body.get("error_uri", ""))
            )
        return body

    def mint(self, url: str, token: str, claims: Mapping[str, object]) -> str:
        """Requests a token with other claims, signed with the issuer's key, from a sandbox; raises NoAccessError."""
        response = self._call(lambda: self._http.post(url, json={"token": token, "claims": dict(claims)}), url)
        body = _json_object(response)
        if response.status_code != 200 or body is None or not isinstance(body.get("access_token"), str):
            raise NoAccessError(f"{url}: the sandbox minted no token (status {response.status_code}).")
        return str(body["access_token"])

    def fetch_text(self, url: str, query: Mapping[str, str]) -> str:
        """The response text of a generator of test tokens; raises NoAccessError."""
        response = self._call(lambda: self._http.get(httpx.URL(url).copy_merge_params(dict(query))), url)
        if response.status_code != 200:
            raise NoAccessError(f"{url}: no token was generated (status {response.status_code}).")
        return response.text.strip()

    def public_keys(self) -> Mapping[str, object]:
        """The issuer's JWKS; raises NoAccessError."""
        return self._get(self._metadata_read()["jwks_uri"])

    def signing_key(self) -> SigningKey:
        """The key that signs the client's grants, registered with the issuer if need be; raises NoAccessError."""
        with self._held(self._lock):
            if self._key is None:
                key = load_key(self._configuration)
                if self._configuration.registration is not None:
                    self._register(key, self._configuration.registration)
                self._key = key
            return self._key

    @property
    def issuer(self) -> str:
        """The issuer's name, from its metadata; raises NoAccessError."""
        return self._metadata_read()["issuer"]

    def metadata(self) -> Mapping[str, object]:
        """The issuer's current metadata; raises NoAccessError."""
        issuer = self._configuration.issuer.rstrip("/")
        return self._get(f"{issuer}/.well-known/oauth-authorization-server")

    def _metadata_read(self) -> Mapping[str, str]:
        with self._held(self._lock):
            if self._metadata is None:
                self._metadata = _named_urls(self.metadata())
            return self._metadata

    def _register(self, key: SigningKey, url: str) -> None:
        response = self._call(lambda: self._http.post(url, json=dict(key.public_jwk)), url)
        if response.status_code >= 300:
            raise NoAccessError(f"{url}: the public key was not registered (status {response.status_code}).")

    def _get(self, url: str) -> Mapping[str, object]:
        response = self._call(lambda: self._http.get(url), url)
        body = _json_object(response)
        if response.status_code != 200 or body is None:
            raise IssuerError(url, response.status_code, "not a JSON document. Check `issuer`")
        return body

    def _call(self, send: Callable[[], httpx.Response], url: str) -> httpx.Response:
        try:
            return self._waits(send)
        except httpx.HTTPError as error:
            trouble = trouble_of(error)
            raise NoAccessError(f"{url}: no answer: {trouble.text}.", trouble) from error


def _json_object(response: httpx.Response) -> Mapping[str, object] | None:
    try:
        body = response.json()
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _printed(command: Sequence[str]) -> Mapping[str, object]:
    """The token printed by the user's own program, in the form of a token response."""
    try:
        token = printed_token(command)
    except NoTokenPrintedError as error:
        raise NoAccessError(f"consent_command: {error}") from error
    expires = claims_of(token).get("exp")
    lifetime = max(0.0, _number(expires) - time.time()) if isinstance(expires, int | float) else PRINTED_LIFETIME
    return {"access_token": token, "expires_in": lifetime}


def _number(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        return 0.0


def _named_urls(metadata: Mapping[str, object]) -> Mapping[str, str]:
    missing = [name for name in ("issuer", "token_endpoint", "jwks_uri") if not isinstance(metadata.get(name), str)]
    if missing:
        raise NoAccessError(f"the issuer's metadata has no {', '.join(missing)}. Check `issuer`.")
    return {key: value for key, value in metadata.items() if isinstance(value, str)}
