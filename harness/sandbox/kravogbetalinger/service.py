"""Krav og betalinger as a service of the sandbox: what its issuers know of it, and its entry in a target file."""

from harness.sandbox.kravogbetalinger.authorisation import CONSENT_RESOURCE, SCOPE, SYSTEM_USER_RESOURCE, Authorisation
from harness.sandbox.kravogbetalinger.routes import KravOgBetalinger
from harness.sandbox.population import Offer
from harness.sandbox.service import Service, World

OFFER = Offer(SCOPE, SYSTEM_USER_RESOURCE, CONSENT_RESOURCE)


def make_service(world: World) -> Service:
    door = Authorisation(world.issuer, world.system_users, world.clock, world.knobs)
    return KravOgBetalinger(door, world)
