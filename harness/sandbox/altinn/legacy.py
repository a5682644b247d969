"""Consent tokens of Altinn 2, which lived 30 seconds (altinn.github.io/docs, consent; shut down by June 2026)."""

import datetime
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

LIFETIME = 30
"""Seconds from `nbf` (API documentation, Samtykke, 2025-11)."""

VALID_DAYS = 90


@dataclass(frozen=True)
class Shown:
    """A presented consent token: its claims, and what is looked up with it, by whom and when."""

    claims: Mapping[str, Any]
    consumer: str
    party: str
    code: str
    now: datetime.datetime


Rule = Callable[[Shown], str | None]
"""What is wrong with a token, or None."""


def of_the_service(shown: Shown) -> str | None:
    services = shown.claims.get("Services")
    named = services.split(",") if isinstance(services, str) else services or []
    return None if shown.code in named else "Samtykket gjelder noe annet."


def from_the_party(shown: Shown) -> str | None:
    return None if shown.claims.get("OfferedBy") == shown.party else "Samtykket er gitt av en annen."


def to_the_consumer(shown: Shown) -> str | None:
    return None if shown.claims.get("CoveredBy") == shown.consumer else "Samtykket er gitt til en annen."


def not_expired(shown: Shown) -> str | None:
    return None if shown.claims.get("exp", 0) > shown.now.timestamp() else "Samtykketokenet er utløpt."


RULES: tuple[Rule, ...] = (of_the_service, from_the_party, to_the_consumer, not_expired)


def signed_claims(token: str, key: RSAKey) -> Mapping[str, Any] | None:
    """The claims of a token signed with the key; None for any other token."""
    try:
        return jwt.decode(token, key, algorithms=["RS256"]).claims
    except (JoseError, ValueError, TypeError, RecursionError):
        return None


def _new_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": secrets.token_urlsafe(20), "use": "sig", "alg": "RS256"})


@dataclass(frozen=True)
class LegacyConsents:
    """Issues and verifies the tokens of the header AltinnSamtykke. The key is generated on first use."""

    rules: tuple[Rule, ...] = RULES
    read: Callable[[str, RSAKey], Mapping[str, Any] | None] = signed_claims
    _keys: list[RSAKey] = field(default_factory=list, repr=False)

    @property
    def key(self) -> RSAKey:
        if not self._keys:
            self._keys.append(_new_key())
        return self._keys[0]

    def token(self, services: str, giver: str, recipient: str, now: datetime.datetime, lifetime: int) -> str:
        """A consent token like those of Altinn's test tool (GetConsentToken, 2026-05)."""
        begins = int(now.timestamp())
        claims = {
            "Services": services.split(","),
            "AuthorizationCode": secrets.token_hex(16),
            "OfferedBy": giver,
            "CoveredBy": recipient,
            "DelegatedDate": begins,
            "ValidToDate": begins + VALID_DAYS * 24 * 3600,
            "iss": "altinn.no",
            "actual_iss": "altinn-test-tools",
            "nbf": begins,
            "exp": begins + lifetime,
        }
        return jwt.encode({"alg": "RS256", "typ": "JWT", "kid": self.key.kid, "x5t": self.key.kid}, claims, self.key)

    def problem(self, token: str, consumer: str, party: str, code: str, now: datetime.datetime) -> str | None:
        """Why a token is not the party's consent to the consumer for the service code; None if it is."""
        claims = self.read(token, self.key)
        if claims is None:
            return "Samtykketokenets signatur kan ikke godtas."
        shown = Shown(claims, consumer, party, code, now)
        return next((problem for rule in self.rules if (problem := rule(shown)) is not None), None)

    def without(self, rule: Rule) -> Self:
        """The same consents without this rule."""
        return replace(self, rules=tuple(each for each in self.rules if each is not rule))
