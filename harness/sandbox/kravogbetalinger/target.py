"""The target file's entry for Krav og betalinger: every way in, and the parties that particular scenarios need."""

from collections.abc import Mapping

from harness.sandbox.altinn.resources import OTHER_CONSENT_RESOURCE
from harness.sandbox.kravogbetalinger.authorisation import (
    CONSENT_RESOURCE,
    LEGACY_CONSENT_CODE,
    SCOPE,
    SYSTEM_USER_RESOURCE,
)
from harness.sandbox.population import CUSTOMER_OF_VENDOR, NOBODY, OTHER_SCOPE, VENDOR, WITHOUT_RIGHTS, Population
from harness.sandbox.service import World

SHIELDED = "310478717"
PERSON = "04827896468"


def target_of(world: World) -> Mapping[str, object]:
    """The members of `[targets.NAME.apis.kravogbetalinger]` apart from the address."""
    people = world.people
    consent = {"kind": "consent", "consents": _consents(people, VENDOR, CONSENT_RESOURCE)}
    users = [user for user in people.system_users.all if SYSTEM_USER_RESOURCE in user.resources]
    system_user = {
        "kind": "system_user",
        "customers": [user.customer for user in users if user.external_ref is None],
        "external_refs": {user.customer: user.external_ref for user in users if user.external_ref is not None},
        "customers_without_rights": sorted(WITHOUT_RIGHTS),
    }
    by_need: Mapping[str, Mapping[str, object]] = {
        "token": {"kind": "token"},
        "consent": consent,
        "system-user": system_user,
    }
    return {
        "scope": SCOPE,
        "other_scope": OTHER_SCOPE,
        "organisations": list(people.current),
        "unknown_organisation": NOBODY,
        "shielded_organisation": SHIELDED,
        "person": PERSON,
        "ungranted_consumer": NOBODY,
        "delegation": {
            "consumer_org": CUSTOMER_OF_VENDOR,
            "consents": _consents(people, CUSTOMER_OF_VENDOR, CONSENT_RESOURCE),
        },
        "access": {
            "finans": {
                **consent,
                "other_consents": _consents(people, VENDOR, OTHER_CONSENT_RESOURCE),
                # Altinn's test tool issues these whether or not the API still reads them.
                "altinn2": {
                    "token_generator": f"{world.base}/altinn/api/GetConsentToken",
                    "service_code": LEGACY_CONSENT_CODE,
                },
            },
            "regnskapssystem": system_user,
            "lovfestetrevisjon": by_need[world.knobs["lovfestetrevisjon"]],
        },
    }


def _consents(people: Population, recipient: str, resource: str) -> dict[str, str]:
    wanted = (recipient, resource)
    return {
        consent.giver: consent.id
        for consent in people.consents.by_id.values()
        if (consent.recipient, consent.rights[0].resource) == wanted
    }
