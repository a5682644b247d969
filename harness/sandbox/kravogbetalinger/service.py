"""Krav og betalinger as a service of the sandbox: what its issuers know about it, and how it is assembled."""

from collections.abc import Callable
from typing import Any

from harness.sandbox.kravogbetalinger.authorisation import (
    CONSENT_RESOURCE,
    SCOPE,
    SYSTEM_USER_RESOURCE,
    Authorisation,
    ensure_granted,
    ensure_system_user_right,
)
from harness.sandbox.kravogbetalinger.generator import ledger_of
from harness.sandbox.kravogbetalinger.inside import InsideView
from harness.sandbox.kravogbetalinger.ledger import Ledger
from harness.sandbox.kravogbetalinger.restless import varied
from harness.sandbox.kravogbetalinger.routes import API, KravOgBetalinger
from harness.sandbox.maskinporten.tokens import verified_by
from harness.sandbox.population import CUSTOMER_OF_VENDOR, VENDOR, Offer
from harness.sandbox.service import Inside, Service, World
from harness.sandbox.testdata import known_organisations

OFFER = Offer(SCOPE, SYSTEM_USER_RESOURCE, CONSENT_RESOURCE)
GRANTS = {
    VENDOR: frozenset({"finans", "regnskapssystem", "lovfestetrevisjon"}),
    CUSTOMER_OF_VENDOR: frozenset({"finans", "regnskapssystem"}),
}
"""The granted rights packages. The vendor's customer lacks one, so a delegated token shows whose grants count."""


def make_service(world: World) -> Service:
    door = Authorisation(
        issuer=world.issuer.name,
        clock=world.clock,
        knobs=world.knobs,
        verify=verified_by(world.issuer),
        granted=ensure_granted(GRANTS),
        system_user_right=ensure_system_user_right(world.system_users),
        legacy=world.legacy_consents,
    )

    def vary(body: dict[str, Any], seed: int, name: str) -> dict[str, Any]:
        return varied(body, seed, name) if world.knobs["leeway"] == "used" else body

    return KravOgBetalinger(door, world, ledgers_of(world), vary=vary)


def inside_of(service: Service) -> Inside:
    assert isinstance(service, KravOgBetalinger)  # noqa: S101 - made by `make_service`
    return InsideView(service)


def ledgers_of(world: World) -> Callable[[str], Ledger | None]:
    """Finds a party's ledger, generated once a day; None for an unknown number."""
    made: dict[tuple[str, str, str], Ledger] = {}

    def find(party: str) -> Ledger | None:
        if party not in known_organisations():
            return None
        today = world.clock.today()
        profile = world.given.of(API, party) or ""
        key = (party, today.isoformat(), profile)
        if key not in made:
            made[key] = ledger_of(party, world.seed, today, profile)
        return made[key]

    return find
