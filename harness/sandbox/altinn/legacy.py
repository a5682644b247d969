"""Consent tokens of Altinn 2, which lived 30 seconds (altinn.github.io/docs, consent; shut down by June 2026)."""

import datetime
import secrets
from dataclasses import dataclass, field

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

LIFETIME = 30
"""Seconds from `nbf` (API documentation, Samtykke, 2025-11)."""

VALID_DAYS = 90


def _new_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": secrets.token_urlsafe(20), "use": "sig", "alg": "RS256"})


@dataclass
class LegacyConsents:
    """Makes and judges the tokens of the header AltinnSamtykke. The key is made when it is first needed."""

    _keys: list[RSAKey] = field(default_factory=list, repr=False)

    @property
    def key(self) -> RSAKey:
        if not self._keys:
            self._keys.append(_new_key())
        return self._keys[0]

    def token(self, services: str, giver: str, recipient: str, now: datetime.datetime, lifetime: int) -> str:
        """A consent token in the manner of Altinn's test tool (GetConsentToken, 2026-05)."""
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
        """What keeps a token from being the party's consent to the consumer for the code; None where nothing does."""
        try:
            claims = jwt.decode(token, self.key, algorithms=["RS256"]).claims
        except (JoseError, ValueError, TypeError, RecursionError):
            return "Samtykketokenets signatur kan ikke godtas."
        services = claims.get("Services")
        if code not in (services.split(",") if isinstance(services, str) else services or []):
            return "Samtykket gjelder noe annet."
        if claims.get("OfferedBy") != party or claims.get("CoveredBy") != consumer:
            return "Samtykket er mellom andre parter."
        if claims.get("exp", 0) <= now.timestamp():
            return "Samtykketokenet er utløpt."
        return None
