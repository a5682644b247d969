"""Whom a token speaks for: what a provider must check (auth dossier, section 6)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from harness.sandbox.altinn.system_users import SystemUsers
from harness.sandbox.clock import Clock
from harness.sandbox.knobs import Knobs
from harness.sandbox.maskinporten.issuer import Issuer
from harness.sandbox.utleggsbegjaering.problem import Refused

SCOPE = "skatteetaten:utleggsbegjaering"
KOMMUNE_SCOPE = "skatteetaten:utleggstrekkbeslutningkommune"
SYSTEM_USER_RESOURCE = "ske-utleggsbegjaering"
SKEW = 10
PARTY = re.compile(r"0192:([0-9]{9})\Z", re.ASCII)


@dataclass(frozen=True)
class Caller:
    """The organisation that a call is made for."""

    organisation: str


@dataclass
class Authorisation:
    """The provider's door. Keys come from the issuer's JWKS document."""

    issuer: Issuer
    system_users: SystemUsers
    clock: Clock
    knobs: Knobs

    def caller(self, authorization: str | None, scopes: frozenset[str]) -> Caller:
        """Whom the call is for; raises Refused.

        The system user's organisation where there is one, else the consumer; a supplier is only logged.
        """
        claims = self._claims(authorization)
        if not scopes & set(str(claims.get("scope", "")).split(" ")):
            if self.knobs["elan-missing-scope"] == "401":
                raise _unauthenticated("Tokenet gjelder et annet API.")
            raise Refused(403, "XXX-005", "Tokenet gjelder et annet API.")
        details = claims.get("authorization_details")
        if details is None:
            return Caller(_organisation(claims.get("consumer")))
        return Caller(self._customer(details))

    def _claims(self, authorization: str | None) -> Mapping[str, Any]:
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or token.count(".") != 2:
            raise _unauthenticated("Kallet mangler et gyldig bearer-token.")
        try:
            keys = KeySet.import_key_set({"keys": [dict(key) for key in self.issuer.jwks["keys"]]})
            claims = jwt.decode(token, keys, algorithms=["RS256"]).claims
        except (JoseError, ValueError, TypeError, AttributeError, RecursionError) as error:
            raise _unauthenticated("Tokenets signatur kan ikke godtas.") from error
        self._ensure_valid(claims)
        return claims

    def _ensure_valid(self, claims: Mapping[str, Any]) -> None:
        now = self.clock.timestamp()
        expires, issued, begins = claims.get("exp"), claims.get("iat", 0), claims.get("nbf", 0)
        if claims.get("iss") != self.issuer.name:
            raise _unauthenticated("Tokenet er utstedt av en annen.")
        if not isinstance(expires, int | float) or expires + SKEW <= now:
            raise _unauthenticated("Tokenet er utløpt.")
        if any(not isinstance(time, int | float) or time - SKEW > now for time in (issued, begins)):
            raise _unauthenticated("Tokenet gjelder ikke ennå.")
        if claims.get("aud", "unspecified") not in ("unspecified", ["unspecified"]):
            raise _unauthenticated("Tokenet er utstedt for et annet API.")
        if claims.get("token_type", "Bearer") != "Bearer":
            raise _unauthenticated("Tokenet er ikke et bearer-token.")
        _organisation(claims.get("consumer"))

    def _customer(self, details: object) -> str:
        detail = details[0] if isinstance(details, list) and len(details) == 1 else None
        if not isinstance(detail, dict) or detail.get("type") != "urn:altinn:systemuser":
            raise Refused(403, "XXX-005", "Tokenet gjelder ikke en systembruker.")
        customer = _organisation(detail.get("systemuser_org"))
        if not self.system_users.may(detail.get("systemuser_id"), customer, SYSTEM_USER_RESOURCE):
            raise Refused(403, "XXX-005", "Systembrukeren har ikke rettighet til tjenesten.")
        return customer


def _organisation(party: object) -> str:
    named = PARTY.match(str(party.get("ID", ""))) if isinstance(party, dict) else None
    if named is None:
        raise _unauthenticated("Tokenet sier ikke hvem som spør.")
    return named.group(1)


def _unauthenticated(detail: str) -> Refused:
    return Refused(401, "XXX-004", detail, headers={"WWW-Authenticate": "Bearer"})
