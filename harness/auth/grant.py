"""The JWT grant that asks Maskinporten for a token (docs.digdir.no, maskinporten_protocol_jwtgrant, 2025-08)."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace

import jwt

from harness.auth.keys import SigningKey
from harness.targets.model import Access

# The documentation allows 120 s; Maskinporten reportedly refuses only above 180 (domain: auth, 2.3).
LIFETIME = 120

CONSENT = "urn:altinn:consent"
SYSTEM_USER = "urn:altinn:systemuser"


@dataclass(frozen=True)
class Subject:
    """What a token is requested for. Only requests with equal subjects may share a token."""

    scope: str
    consumer_org: str | None = None
    resource: str | None = None
    authorization_details: str | None = None
    """The one `authorization_details` object, as canonical JSON."""
    command: tuple[str, ...] = ()
    """The program that prints such a token where Maskinporten is not asked for it."""

    def with_details(self, details: Mapping[str, object]) -> "Subject":
        canonical = json.dumps(details, sort_keys=True, separators=(",", ":"))
        return replace(self, authorization_details=canonical)

    def delegated_by(self, consumer_org: str) -> "Subject":
        """The same on behalf of a consumer that delegated the scope to the client's owner."""
        return replace(self, consumer_org=consumer_org)


def consent_subject(scope: str, consent_id: str, organisation: str) -> Subject:
    """A token that carries an Altinn 3 consent given by the organisation."""
    giver = f"urn:altinn:organization:identifier-no:{organisation}"
    return Subject(scope).with_details({"type": CONSENT, "id": consent_id, "from": giver})


def system_user_subject(scope: str, customer: str, external_ref: str | None = None) -> Subject:
    """A token on behalf of a customer's system user."""
    owner = {"authority": "iso6523-actorid-upis", "ID": f"0192:{customer}"}
    details: dict[str, object] = {"type": SYSTEM_USER, "systemuser_org": owner}
    if external_ref is not None:
        details["externalRef"] = external_ref
    return Subject(scope).with_details(details)


def subject_for(scope: str, access: Access, organisation: str) -> Subject | None:
    """What a token must carry to look up an organisation with this access; None if the target cannot get it."""
    if access.consent_command:
        command = tuple(part.replace("{organisation}", organisation) for part in access.consent_command)
        return Subject(scope, command=command)
    if access.kind == "consent":
        consent = access.consents.get(organisation)
        return consent_subject(scope, consent, organisation) if consent is not None else None
    if access.kind == "system_user":
        is_open = organisation in access.customers
        return system_user_subject(scope, organisation, access.external_ref) if is_open else None
    return Subject(scope)


def grant_claims(subject: Subject, *, issuer: str, client_id: str, now: int) -> dict[str, object]:
    """The claims of one grant, with a new `jti` each time: a grant can be used only once."""
    claims: dict[str, object] = {
        "aud": issuer,
        "iss": client_id,
        "scope": subject.scope,
        "iat": now,
        "exp": now + LIFETIME,
        "jti": str(uuid.uuid4()),
    }
    if subject.consumer_org is not None:
        claims["consumer_org"] = subject.consumer_org
    if subject.resource is not None:
        claims["resource"] = [subject.resource]
    if subject.authorization_details is not None:
        claims["authorization_details"] = [json.loads(subject.authorization_details)]
    return claims


def sign_grant(claims: Mapping[str, object], key: SigningKey) -> str:
    return jwt.encode(dict(claims), key.private, algorithm="RS256", headers=dict(key.header))
