"""The initial clients, consents and system users of a sandbox, the same for the same seed."""

import datetime
import random
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from harness.sandbox.altinn.consents import Consent, Consents, Right
from harness.sandbox.altinn.resources import OTHER_CONSENT_RESOURCE, OTHERS, ConsentResource, Resources
from harness.sandbox.altinn.system_users import SystemUser, SystemUsers
from harness.sandbox.maskinporten.clients import Client, Register
from harness.sandbox.testdata import known_organisations

VENDOR = "312345676"
CUSTOMER_OF_VENDOR = "312987651"
NOBODY = "219001002"
OTHER_SCOPE = "skatteetaten:trekkpaalegg"
"""A scope that the client has but no emulated API accepts."""

ALTINN_SCOPES = frozenset(
    {
        "altinn:consentrequests.write",
        "altinn:consentrequests.read",
        "altinn:authentication/systemregister.write",
        "altinn:authentication/systemuser.request.read",
        "altinn:authentication/systemuser.request.write",
    }
)
SYSTEM = f"{VENDOR}_proevestand"
WITHOUT_RIGHTS = frozenset({"312438623", "313506673"})
"""Customers whose system users have no rights."""
SPECIAL = {
    VENDOR: "owns the client",
    CUSTOMER_OF_VENDOR: "has delegated its scopes to the owner of the client, which names it as consumer_org",
    NOBODY: "unknown: it is in no register",
    **dict.fromkeys(sorted(WITHOUT_RIGHTS), "its system user has no rights"),
}
"""What is special about parties in every API."""

CONSENT_DAYS = 90
"""How long a consent in the bank flow is valid (API documentation, Samtykke, 2025-11)."""


@dataclass(frozen=True)
class Offer:
    """What Maskinporten and Altinn know about an API: its scope, and the resources that rights to it refer to."""

    scope: str
    system_user_resource: str
    consent_resource: str | None = None
    further_scopes: frozenset[str] = frozenset()
    """Scopes for some of its operations."""
    access_package: str = "urn:altinn:accesspackage:kravogutlegg"


def resources_of(offers: Iterable[Offer]) -> Resources:
    """Altinn's resource registry with these offers. No metadata is documented for their consents."""
    packages: dict[str, frozenset[str]] = {}
    consent = dict(OTHERS)
    for offer in offers:
        packages[offer.access_package] = packages.get(offer.access_package, frozenset()) | {offer.system_user_resource}
        if offer.consent_resource is not None:
            consent[offer.consent_resource] = ConsentResource(template="poa")
    return Resources(consent, frozenset().union(*packages.values()), packages)


@dataclass(frozen=True)
class Population:
    """`client` is the one in the target file; `with_certificate` signs with a business certificate."""

    register: Register
    consents: Consents
    system_users: SystemUsers
    client: Client
    with_certificate: Client
    current: tuple[str, ...]
    resources: Resources


def populate(seed: int, now: datetime.datetime, offers: Iterable[Offer]) -> Population:
    """Consents and system users for every test organisation, and for NOBODY, so that calls about it get that far.

    Each customer has a second system user with an external reference; those of `WITHOUT_RIGHTS` have no rights. A
    customer of the vendor has delegated its scopes to it, and has consents of its own.
    """
    offers = list(offers)
    choice = random.Random(f"population/{seed}")  # noqa: S311 - ids, not secrets

    def new_id() -> str:
        return str(uuid.UUID(int=choice.getrandbits(128), version=4))

    scopes = frozenset({OTHER_SCOPE}).union(*({offer.scope} | offer.further_scopes for offer in offers))
    client = Client(new_id(), VENDOR, scopes | ALTINN_SCOPES)
    certified = Client(new_id(), VENDOR, scopes, with_certificate=True)
    organisations = known_organisations()
    lookups = [*organisations, NOBODY]
    consents = Consents()
    for resource in (offer.consent_resource for offer in offers if offer.consent_resource is not None):
        for giver in lookups:
            consents.add(_consent(new_id(), giver, VENDOR, Right(resource), now))
            consents.add(_consent(new_id(), giver, CUSTOMER_OF_VENDOR, Right(resource), now, handled_by=VENDOR))
    for giver in lookups:
        other = Right(OTHER_CONSENT_RESOURCE, {"inntektsaar": str(now.year - 1)})
        consents.add(_consent(new_id(), giver, VENDOR, other, now))
    rights = frozenset(offer.system_user_resource for offer in offers)
    users = []
    for customer in lookups:
        granted = frozenset[str]() if customer in WITHOUT_RIGHTS else rights
        for reference in (None, f"kunde-{customer}"):
            user = SystemUser(new_id(), customer, VENDOR, client.client_id, SYSTEM, granted, reference)
            users.append(user)
    register = Register(
        {each.client_id: each for each in (client, certified)},
        frozenset((VENDOR, scope) for scope in scopes | ALTINN_SCOPES),
        frozenset((CUSTOMER_OF_VENDOR, VENDOR, scope) for scope in scopes | ALTINN_SCOPES),
    )
    current = tuple(key for key, entry in organisations.items() if entry["current"])
    return Population(register, consents, SystemUsers(users), client, certified, current, resources_of(offers))


def _consent(
    name: str, giver: str, recipient: str, right: Right, now: datetime.datetime, handled_by: str | None = None
) -> Consent:
    given = now - datetime.timedelta(days=1)
    valid_to = now + datetime.timedelta(days=CONSENT_DAYS)
    return Consent(name, giver, recipient, valid_to, given, (right,), handled_by=handled_by)
