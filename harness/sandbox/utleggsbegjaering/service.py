"""Utleggsbegjæring as a service of the sandbox: what its issuers know about it, and how it is assembled."""

from functools import partial

from harness.sandbox.maskinporten.tokens import verified_by
from harness.sandbox.population import Offer
from harness.sandbox.service import STATE, Inside, Service, World
from harness.sandbox.utleggsbegjaering.authorisation import KOMMUNE_SCOPE, SCOPE, SYSTEM_USER_RESOURCE, Authorisation
from harness.sandbox.utleggsbegjaering.forward_clock import ForwardClock
from harness.sandbox.utleggsbegjaering.inside import InsideView
from harness.sandbox.utleggsbegjaering.judge import Judge
from harness.sandbox.utleggsbegjaering.office import Office
from harness.sandbox.utleggsbegjaering.register import API, Register
from harness.sandbox.utleggsbegjaering.routes import UtleggsbegjaeringApi
from harness.sandbox.utleggsbegjaering.store import Store

OFFER = Offer(SCOPE, SYSTEM_USER_RESOURCE, further_scopes=frozenset({KOMMUNE_SCOPE}))


def inside_of(service: Service) -> Inside:
    assert isinstance(service, UtleggsbegjaeringApi)  # noqa: S101 - made by `make_service`
    return InsideView(service)


def make_service(world: World) -> Service:
    def shown(kind: str, key: str) -> str | None:
        state = world.passing.value_of((STATE, API, kind, key))
        return str(state) if state is not None else None

    office = Office(
        world.knobs,
        world.seed,
        ForwardClock(world.clock),
        Register(is_open=lambda: world.knobs["elan-register"] == "open", given=partial(world.given.of, API)),
        Store(world.state, shown),
        Judge(),
    )
    door = Authorisation(world.issuer, world.system_users, world.clock, world.knobs, verified_by(world.issuer))
    return UtleggsbegjaeringApi(door, office, world)
