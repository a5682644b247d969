"""Altinn 3 consents: who allowed whom to see what, and until when (docs.altinn.studio, consent, 2026)."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from harness.sandbox.altinn.problems import AltinnProblem
from harness.sandbox.knobs import Knobs
from harness.sandbox.maskinporten.issuer import party
from harness.sandbox.maskinporten.refusal import Refusal

TYPE = "urn:altinn:consent"
MEMBERS = frozenset({"type", "id", "from"})
ORGANISATION = "urn:altinn:organization:identifier-no:"

Status = Literal["Created", "Accepted", "Rejected", "Revoked", "Deleted", "Expired"]
Decision = Literal["accept", "reject", "revoke"]


@dataclass(frozen=True)
class Event:
    """Something that happened to a consent request."""

    id: str
    kind: str
    at: datetime.datetime


@dataclass(frozen=True)
class Right:
    """One resource of a consent, with its metadata, if any."""

    resource: str
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Consent:
    """One consent. `giver`, `recipient` and `handled_by` (the supplier) are organisation numbers."""

    id: str
    giver: str
    recipient: str
    valid_to: datetime.datetime
    consented: datetime.datetime | None
    rights: tuple[Right, ...]
    status: Status = "Accepted"
    handled_by: str | None = None
    redirect_url: str | None = None
    events: tuple[Event, ...] = ()

    def status_at(self, now: datetime.datetime) -> Status:
        """A consent past its `valid_to` is expired, whatever was decided before."""
        return "Expired" if self.valid_to < now and self.status in {"Created", "Accepted"} else self.status

    def happened(self, kind: str, event_id: str, now: datetime.datetime) -> "Consent":
        return replace(self, events=(*self.events, Event(event_id, kind, now)))


@dataclass
class Consents:
    """All consents, by id."""

    by_id: dict[str, Consent] = field(default_factory=dict)

    def add(self, consent: Consent) -> None:
        self.by_id[consent.id] = consent

    def of(self, giver: str, recipient: str, resource: str) -> Consent | None:
        """The first consent between two parties for a resource."""
        wanted = (giver, recipient)
        return next(
            (
                each
                for each in self.by_id.values()
                if (each.giver, each.recipient) == wanted and each.rights[0].resource == resource
            ),
            None,
        )

    def decide(self, consent_id: str, decision: Decision, event_id: str, now: datetime.datetime) -> Consent:
        """The giver accepts, rejects or revokes; raises AltinnProblem."""
        consent = self.by_id.get(consent_id)
        if consent is None:
            raise AltinnProblem(("AM-00001",))
        wrong = {"accept": "AM-00002", "reject": "AM-00015", "revoke": "AM-00010"}[decision]
        needed = "Accepted" if decision == "revoke" else "Created"
        problems = [wrong] if consent.status != needed else []
        if consent.valid_to < now:
            problems.append("AM-00013")
        if problems:
            raise AltinnProblem(tuple(problems))
        decided: dict[str, Status] = {"accept": "Accepted", "reject": "Rejected", "revoke": "Revoked"}
        consented = now if decision == "accept" else consent.consented
        changed = replace(consent, status=decided[decision], consented=consented)
        self.by_id[consent_id] = changed = changed.happened(decided[decision], event_id, now)
        return changed

    def token_details(
        self, asked: Mapping[str, Any], consumer: str, client_owner: str, now: datetime.datetime, knobs: Knobs
    ) -> dict[str, Any]:
        """A token's claims about the consent that a grant asks for; raises Refusal.

        How Maskinporten reports a failed look-up is unknown; here it is MP-303 with Altinn's problem code in the
        description.
        """
        if asked.keys() - MEMBERS:
            raise Refusal("invalid_authorization_details", "Unknown fields in the authorization details", "MP-302")
        consent = self.by_id.get(str(asked.get("id")))
        try:
            found = _usable(consent, str(asked.get("from")), {consumer, client_owner}, now)
        except AltinnProblem as problem:
            raise _failed(problem, knobs) from problem
        return {
            "type": TYPE,
            "id": found.id,
            "from": str(asked["from"]),
            "to": party(found.recipient),
            "consented": (found.consented or now).isoformat(),
            "validTo": found.valid_to.isoformat(),
            "consentRights": [_shown_right(right, knobs) for right in found.rights],
        }


def _usable(consent: Consent | None, giver: str, recipients: set[str], now: datetime.datetime) -> Consent:
    """Altinn's look-up for Maskinporten: the recipient or its supplier asks, and the consent is accepted and valid."""
    if consent is None or not recipients & {consent.recipient, consent.handled_by}:
        raise AltinnProblem(("AM-00001",))
    problems = []
    if giver != f"{ORGANISATION}{consent.giver}":
        problems.append("AM-00012")
    if consent.status == "Revoked":
        problems.append("AM-00011")
    elif consent.status != "Accepted":
        problems.append("AM-00014")
    if consent.valid_to < now:
        problems.append("AM-00013")
    if problems:
        raise AltinnProblem(tuple(problems))
    return consent


def _shown_right(right: Right, knobs: Knobs) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "action": ["consent"],
        "resource": [{"type": "urn:altinn:resource", "value": right.resource}],
    }
    return shown | ({knobs["consent-metadata"]: dict(right.metadata)} if right.metadata else {})


def _failed(problem: AltinnProblem, knobs: Knobs) -> Refusal:
    if knobs["consent-failure"] == "invalid_grant":
        return Refusal("invalid_grant", f"Invalid assertion. {problem.text}")
    text = f"Invalid authorization details values: {problem.text}"
    return Refusal("invalid_altinn_customer_configuration", text, "MP-303")
