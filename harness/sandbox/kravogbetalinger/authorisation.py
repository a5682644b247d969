"""Whether a token opens a look-up: what a provider must check (auth dossier, section 6; docs.digdir.no, 2024-2025)."""

import datetime
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
from harness.sandbox.kravogbetalinger.errors import Refused
from harness.sandbox.maskinporten.issuer import Issuer

SCOPE = "skatteetaten:kravogbetalinger"
SYSTEM_USER_RESOURCE = "ske-krav-og-betalinger"
CONSENT_RESOURCE = "ske-samtykke-krav-og-betalinger"
SKEW = 10
CONSUMER = re.compile(r"0192:[0-9]{9}\Z")
NEEDS = {"finans": "consent", "regnskapssystem": "system-user"}


@dataclass
class Authorisation:
    """The provider's door. Keys come from the issuer's JWKS document."""

    issuer: Issuer
    system_users: SystemUsers
    clock: Clock
    knobs: Knobs

    def claims(self, authorization: str | None) -> Mapping[str, Any]:
        """The claims of a token that the issuer signed for this API; raises Refused."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or token.count(".") != 2:
            raise Refused("KB-004", "Kallet mangler et gyldig bearer-token.")
        try:
            keys = KeySet.import_key_set({"keys": [dict(key) for key in self.issuer.jwks["keys"]]})
            claims = jwt.decode(token, keys, algorithms=["RS256"]).claims
        except (JoseError, ValueError, TypeError, AttributeError, RecursionError) as error:
            raise Refused("KB-004", "Tokenets signatur kan ikke godtas.") from error
        self._ensure_valid(claims)
        if SCOPE not in str(claims.get("scope", "")).split(" "):
            raise Refused(self.knobs["missing-scope"], "Tokenet gir ikke tilgang til dette API-et.")
        return claims

    def _ensure_valid(self, claims: Mapping[str, Any]) -> None:
        now = self.clock.timestamp()
        if claims.get("iss") != self.issuer.name:
            raise Refused("KB-004", "Tokenet er utstedt av en annen.")
        expires, issued = claims.get("exp"), claims.get("iat", 0)
        if not isinstance(expires, int | float) or expires + SKEW <= now:
            raise Refused("KB-004", "Tokenet er utløpt.")
        if not isinstance(issued, int | float) or issued - SKEW > now or claims.get("nbf", 0) - SKEW > now:
            raise Refused("KB-004", "Tokenet gjelder ikke ennå.")
        if claims.get("aud", "unspecified") not in ("unspecified", ["unspecified"]):
            raise Refused("KB-004", "Tokenet er utstedt for et annet API.")
        if claims.get("token_type", "Bearer") != "Bearer" or not CONSUMER.match(_consumer(claims)):
            raise Refused("KB-004", "Tokenet sier ikke hvem som spør.")

    def ensure_access(self, claims: Mapping[str, Any], rettighetspakke: str, party: str) -> None:
        """Raises Refused unless the token opens the party by the rights package."""
        needed = NEEDS.get(rettighetspakke, self.knobs["lovfestetrevisjon"])
        details = claims.get("authorization_details")
        detail = details[0] if isinstance(details, list) and len(details) == 1 and isinstance(details[0], dict) else {}
        if needed == "consent":
            self._ensure_consent(detail, claims, party)
        elif needed == "system-user":
            self._ensure_system_user(detail, party)

    def _ensure_consent(self, detail: Mapping[str, Any], claims: Mapping[str, Any], party: str) -> None:
        if detail.get("type") != "urn:altinn:consent" or not detail.get("id"):
            raise Refused("KB-005", "Kallet mangler samtykke.")
        if detail.get("from") != f"urn:altinn:organization:identifier-no:{party}":
            raise Refused("KB-005", "Samtykket er gitt av en annen enn den det spørres om.")
        recipient = detail.get("to")
        if not isinstance(recipient, dict) or recipient.get("ID") != _consumer(claims):
            raise Refused("KB-005", "Samtykket er gitt til en annen.")
        if not self._is_running(detail.get("validTo")):
            raise Refused("KB-005", "Samtykket er utløpt.")
        if not _covers(detail.get("consentRights")):
            raise Refused("KB-005", "Samtykket gjelder noe annet.")

    def _is_running(self, valid_to: object) -> bool:
        try:
            return datetime.datetime.fromisoformat(str(valid_to)) > self.clock.now()
        except (ValueError, TypeError):
            return False

    def _ensure_system_user(self, detail: Mapping[str, Any], party: str) -> None:
        owner = detail.get("systemuser_org")
        named = owner.get("ID") if isinstance(owner, dict) else None
        if detail.get("type") != "urn:altinn:systemuser" or named != f"0192:{party}":
            raise Refused("DAS-008", "Kallet mangler en systembruker for den det spørres om.")
        if not self.system_users.may(detail.get("systemuser_id"), party, SYSTEM_USER_RESOURCE):
            raise Refused("DAS-008", "Systembrukeren har ikke rettighet til tjenesten.")


def _consumer(claims: Mapping[str, Any]) -> str:
    consumer = claims.get("consumer")
    return str(consumer.get("ID", "")) if isinstance(consumer, dict) else ""


def _covers(rights: object) -> bool:
    wanted = {"type": "urn:altinn:resource", "value": CONSENT_RESOURCE}
    return isinstance(rights, list) and any(
        isinstance(right, dict) and "consent" in right.get("action", ()) and wanted in right.get("resource", ())
        for right in rights
    )
