"""Altinn 3 consents: who allowed whom to see what, and until when (docs.altinn.studio, consent, 2026)."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from harness.sandbox.maskinporten.issuer import party
from harness.sandbox.maskinporten.refusal import Refusal

TYPE = "urn:altinn:consent"
MEMBERS = frozenset({"type", "id", "from"})

Status = Literal["Created", "Accepted", "Rejected", "Revoked", "Deleted", "Expired"]

PROBLEMS = {
    "AM-00001": "consent not found",
    "AM-00011": "consent is revoked",
    "AM-00012": "from does not match",
    "AM-00013": "consent is expired",
    "AM-00014": "consent is not accepted",
}


@dataclass(frozen=True)
class Consent:
    """One consent. `giver` is an organisation number."""

    id: str
    giver: str
    recipient: str
    valid_to: datetime.datetime
    consented: datetime.datetime
    resource: str
    status: Status = "Accepted"


@dataclass
class Consents:
    """Every consent by its id."""

    by_id: dict[str, Consent] = field(default_factory=dict)

    def add(self, consent: Consent) -> None:
        self.by_id[consent.id] = consent

    def decide(self, consent_id: str, status: Status) -> Consent:
        """The giver accepts, rejects or revokes; raises KeyError for an unknown consent."""
        decided = self.by_id[consent_id] = replace(self.by_id[consent_id], status=status)
        return decided

    def token_details(
        self, asked: Mapping[str, Any], consumer: str, client_owner: str, now: datetime.datetime
    ) -> dict[str, Any]:
        """What a token says of the consent that a grant asks for; raises Refusal.

        How Maskinporten words a failing look-up is unknown: MP-303 with Altinn's problem code in the description.
        """
        if asked.keys() - MEMBERS:
            raise Refusal("invalid_authorization_details", "Unknown fields in the authorization details", "MP-302")
        consent = self.by_id.get(str(asked.get("id")))
        if consent is None or consent.recipient not in {consumer, client_owner}:
            raise _failed("AM-00001")
        if asked.get("from") != f"urn:altinn:organization:identifier-no:{consent.giver}":
            raise _failed("AM-00012")
        if consent.status == "Revoked":
            raise _failed("AM-00011")
        if consent.status != "Accepted":
            raise _failed("AM-00014")
        if consent.valid_to < now:
            raise _failed("AM-00013")
        return {
            "type": TYPE,
            "id": consent.id,
            "from": str(asked["from"]),
            "to": party(consent.recipient),
            "consented": consent.consented.isoformat(),
            "validTo": consent.valid_to.isoformat(),
            "consentRights": [
                {"action": ["consent"], "resource": [{"type": "urn:altinn:resource", "value": consent.resource}]}
            ],
        }


def _failed(code: str) -> Refusal:
    text = f"Invalid authorization details values: {code} {PROBLEMS[code]}"
    return Refusal("invalid_altinn_customer_configuration", text, "MP-303")
