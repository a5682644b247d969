"""Who is there when the sandbox starts: clients, consents and system users, the same for the same seed."""

import datetime
import random
import uuid
from dataclasses import dataclass

from harness.sandbox.altinn.consents import Consent, Consents
from harness.sandbox.altinn.system_users import SystemUser, SystemUsers
from harness.sandbox.kravogbetalinger.generator import known_organisations
from harness.sandbox.maskinporten.clients import Client, Register

VENDOR = "312345676"
CUSTOMER_OF_VENDOR = "312987651"
NOBODY = "219001002"
KRAV_OG_BETALINGER = "skatteetaten:kravogbetalinger"
UTLEGGSBEGJAERING = "skatteetaten:utleggsbegjaering"
CONSENT_DAYS = 90
"""How long a consent in the bank flow lives (API documentation, Samtykke, 2025-11)."""


@dataclass(frozen=True)
class Population:
    """`client` is the one of the target file; `with_certificate` signs with a business certificate."""

    register: Register
    consents: Consents
    system_users: SystemUsers
    client: Client
    with_certificate: Client
    current: tuple[str, ...]


def populate(seed: int, now: datetime.datetime) -> Population:
    """Consents and system users for every test organisation, and for nobody, so that KB-009 can be reached."""
    choice = random.Random(f"population/{seed}")  # noqa: S311 - ids, no secrets

    def new_id() -> str:
        return str(uuid.UUID(int=choice.getrandbits(128), version=4))

    scopes = frozenset({KRAV_OG_BETALINGER, UTLEGGSBEGJAERING})
    client = Client(new_id(), VENDOR, scopes)
    certified = Client(new_id(), VENDOR, scopes, with_certificate=True)
    organisations = known_organisations()
    lookups = [*organisations, NOBODY]
    consents = Consents()
    for organisation in lookups:
        consented = now - datetime.timedelta(days=1)
        valid_to = now + datetime.timedelta(days=CONSENT_DAYS)
        consents.add(Consent(new_id(), organisation, VENDOR, valid_to, consented))
    rights = frozenset({"ske-krav-og-betalinger", "ske-utleggsbegjaering"})
    users = [
        SystemUser(new_id(), organisation, VENDOR, client.client_id, f"{VENDOR}_proevestand", rights)
        for organisation in lookups
    ]
    register = Register(
        {each.client_id: each for each in (client, certified)},
        frozenset((VENDOR, scope) for scope in scopes),
        frozenset((CUSTOMER_OF_VENDOR, VENDOR, scope) for scope in scopes),
    )
    current = tuple(key for key, entry in organisations.items() if entry["current"])
    return Population(register, consents, SystemUsers(users), client, certified, current)
