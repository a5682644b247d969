"""Assembles the sandbox: one ASGI application for all the services it emulates."""

import datetime
import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route, request_response
from starlette.types import ASGIApp, Receive, Scope, Send

from harness.sandbox.address_card import CARD_FORMS, address_card
from harness.sandbox.altinn.callers import Callers
from harness.sandbox.altinn.consent_requests import ConsentRequests
from harness.sandbox.altinn.routes import AltinnRoutes
from harness.sandbox.altinn.system_register import SystemRegister
from harness.sandbox.clock import Clock
from harness.sandbox.doorkeeper import Doorkeeper
from harness.sandbox.faults.control import FaultControl
from harness.sandbox.faults.selection import Selected
from harness.sandbox.faults.switchboard import Switchboard
from harness.sandbox.given_profiles import GivenProfiles
from harness.sandbox.hold import Held
from harness.sandbox.incoming import raw_path
from harness.sandbox.interventions import Intervened, Interventions
from harness.sandbox.keeper import Keeper, Kept
from harness.sandbox.knobs import TurnedKnobs
from harness.sandbox.maskinporten.certificates import CertificateAuthority
from harness.sandbox.maskinporten.grants import TokenEndpoint
from harness.sandbox.maskinporten.issuer import Issuer
from harness.sandbox.maskinporten.routes import MaskinportenRoutes
from harness.sandbox.own_api import Document, document_route
from harness.sandbox.pages import page
from harness.sandbox.parties import Parties
from harness.sandbox.population import populate
from harness.sandbox.reach import AtHand
from harness.sandbox.record import Line, Recorder, RecordFile, Recording
from harness.sandbox.service import Inside, Service, World, service_modules
from harness.sandbox.switches import Switches
from harness.sandbox.target_file import target_file
from harness.sandbox.testdata import known_organisations
from harness.sandbox.traffic import Traffic
from harness.sandbox.visitors import Visitors

MASKINPORTEN = "/maskinporten"
CONSOLE = "/console"
OWN = ("/sandbox/", f"{CONSOLE}/", f"{MASKINPORTEN}/clients", f"{MASKINPORTEN}/mint", f"{MASKINPORTEN}/rotate")
"""The sandbox's own paths; calls to them say nothing about a client under test."""


SWITCHES = (
    "/sandbox/",
    f"{CONSOLE}/board",
    *(f"{MASKINPORTEN}/{name}" for name in ("clients", "consents", "issuer", "mint", "rotate")),
)
"""Paths at which a program changes the sandbox."""
KEPT = ("/sandbox/", *(f"{MASKINPORTEN}/{name}" for name in ("consents", "issuer", "rotate")))
"""Paths that change what a client meets; one program at a time may lock them."""
BUTTONS = (f"{CONSOLE}/", "/altinn/consentrequests/", "/altinn/systemuser/requests/")
"""Paths to which the browser pages post their forms."""


@dataclass(frozen=True)
class Options:
    """How a sandbox was started. `latency` is in seconds."""

    base: str
    seed: int
    knobs: TurnedKnobs
    latency: float = 0.0
    start: datetime.datetime | None = None
    faults: tuple[Selected, ...] = ()
    state: Path | None = None
    authority: str | None = None
    """The PEM file of the CA behind an HTTPS sandbox."""
    record: Path | None = None
    """The file that every client call is appended to, one line each."""
    names: frozenset[str] = frozenset()
    """Host names that it answers to besides those of this machine."""
    client_keys: tuple[Mapping[str, object], ...] = ()
    """Public keys, as JWKs, that the client may sign with."""
    hold: Path | None = None
    """Answers are held back as long as this file exists."""
    pages: ASGIApp | None = None
    """Serves `/` and `/console/`; without it, `/` describes the sandbox."""
    pages_api: Document | None = None
    """The part of the pages that programs may call, as part of an OpenAPI document."""
    changed: Callable[[], None] = lambda: None
    """Called when something was switched."""
    watch: Callable[[Line], None] | None = None
    """Called with the record line of every client call."""


@dataclass(frozen=True)
class Sandbox:
    """The application, and the target file that describes it to a client."""

    app: ASGIApp
    target: str
    clock: Clock
    own_routes: Mapping[str, Sequence[BaseRoute]]
    """The sandbox's own routes, by the path that they are mounted at."""


@dataclass(frozen=True)
class FrontDoor:
    """Passes every request below an API's base to that API, however odd the rest of its path is.

    Starlette's own matching stops at a line feed, and Starlette itself would answer an unknown path.
    """

    apis: Mapping[str, ASGIApp]
    others: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = raw_path(scope)
        app = next((app for base, app in self.apis.items() if path.startswith(f"{base}/")), self.others)
        await app(scope, receive, send)


def make_sandbox(options: Options) -> Sandbox:
    """A sandbox with keys, parties and data of its own."""
    passing = options.knobs.passing
    clock = Clock(options.start, passing)
    modules = service_modules()
    people = populate(options.seed, clock.now(), [module.OFFER for module in modules.values()])
    issuer = Issuer(f"{options.base}/maskinporten/")
    world = World(
        options.base,
        options.seed,
        clock,
        options.knobs,
        issuer,
        people,
        state=options.state,
        passing=passing,
        given=GivenProfiles(passing),
    )
    people.register.add_keys(people.client, options.client_keys, clock.timestamp())
    endpoint = TokenEndpoint(
        issuer,
        people.register,
        CertificateAuthority(clock.now()),
        people.consents,
        people.system_users,
        clock,
        options.knobs,
    )
    switchboards = {
        api: Switchboard(api, partial(module.make_service, world), options.seed, options.faults)
        for api, module in modules.items()
    }
    services = {api: switchboard.healthy for api, switchboard in switchboards.items()}
    gates = {
        api: Held(request_response(switchboard.__call__), options.hold, switchboard.names)
        for api, switchboard in switchboards.items()
    }
    traffics = {api: Traffic(gate, options.knobs, options.latency) for api, gate in gates.items()}

    async def status(request: Request) -> Response:  # noqa: ARG001 - a handler's signature
        figures = {api: {**traffic.figures, "held": gates[api].waiting} for api, traffic in traffics.items()}
        now = clock.now().isoformat()
        return JSONResponse({"seed": options.seed, "now": now, "apis": figures, "clients": visitors.figures})

    async def card(request: Request) -> Response:
        written = CARD_FORMS.get(request.path_params["form"])
        if written is None:
            return Response(status_code=404)
        return PlainTextResponse(written(address_card(world, services, options.authority)))

    async def target(request: Request) -> Response:  # noqa: ARG001 - a handler's signature
        return PlainTextResponse(target_file(world, services, options.authority), media_type="application/toml")

    async def card_json(request: Request) -> Response:  # noqa: ARG001 - a handler's signature
        return JSONResponse(address_card(world, services, options.authority))

    async def record(request: Request) -> Response:  # noqa: ARG001 - a handler's signature
        """Responds once every answered call is in the record."""
        if recording.problem:
            return JSONResponse({"problem": recording.problem}, 500)
        return JSONResponse({"calls": recording.calls})

    async def front(request: Request) -> Response:  # noqa: ARG001 - a handler's signature
        return page("Prøvestand sandbox", _front_page(world, services))

    def insides() -> Mapping[str, Inside]:
        return {api: modules[api].inside_of(board.healthy) for api, board in switchboards.items()}

    def begin_anew() -> None:
        parties.reset()
        for switchboard in switchboards.values():
            switchboard.switch(options.faults)

    file = RecordFile(options.record) if options.record is not None else None
    watch = partial(_each, options.watch) if options.watch is not None else None
    keepers = [keep for keep in (file, watch) if keep is not None]
    recording = Recording(keepers, clock)
    parties = Parties(world, insides)
    interventions = Interventions()
    faults = FaultControl(switchboards)
    keeper = Keeper()
    switches = Switches(clock, options.knobs, interventions, faults, insides, people.register, begin_anew, keeper)
    issuers = MaskinportenRoutes(endpoint)
    maskinporten = Starlette(routes=[*issuers.routes(), *issuers.own_routes()])
    inners: Mapping[str, ASGIApp] = {**traffics, "maskinporten": maskinporten}
    doors = {name: Intervened(inner, name, interventions) for name, inner in inners.items()}
    own = [
        document_route(options.base, options.pages_api),
        Route("/status", status),
        Route("/target", target),
        Route("/record", record),
        Route("/card", card_json),
        Route("/card.{form}", card),
        *faults.routes(),
        *switches.routes(),
        *parties.routes(),
        *keeper.routes(),
    ]
    routes: list[BaseRoute] = [
        Mount("/sandbox", routes=own),
        Mount("/altinn", routes=_altinn(world).routes()),
        Mount(MASKINPORTEN, app=doors["maskinporten"]),
        Mount("", app=options.pages) if options.pages else Route("/", front),
    ]
    apis = {base: doors[api] for api, service in services.items() for base in service.bases}
    names = {base: api for api, service in services.items() for base in service.bases}
    service_of = partial(_service_behind, names)
    app: ASGIApp = AtHand(FrontDoor(apis, Starlette(routes=routes)), passing, service_of)
    app = visitors = Visitors(app, service_of, people.register.clients.keys(), clock)
    if keepers:
        app = Recorder(app, recording, service_of)
    app = Kept(app, keeper, KEPT, options.changed)
    app = Doorkeeper(app, options.names, SWITCHES, BUTTONS)
    own_routes = {"/sandbox": own, MASKINPORTEN: issuers.own_routes()}
    return Sandbox(app, target_file(world, services, options.authority), clock, own_routes)


def _each(watch: Callable[[Line], None], lines: Sequence[Line]) -> None:
    for line in lines:
        watch(line)


def _service_behind(apis: Mapping[str, str], path: str) -> str:
    """The service that a client calls at a path; empty for the sandbox's own addresses."""
    if path == "/" or path.startswith(OWN):
        return ""
    found = next((api for base, api in apis.items() if path == base or path.startswith(f"{base}/")), None)
    return found or next((name for name in ("maskinporten", "altinn") if path.startswith(f"/{name}/")), "elsewhere")


def _altinn(world: World) -> AltinnRoutes:
    base, clock = f"{world.base}/altinn", world.clock
    callers = Callers(world.issuer, clock)
    known = frozenset(known_organisations())
    people = world.people
    consents = ConsentRequests(base, people.consents, people.resources, callers, clock, world.knobs, known)
    systems = SystemRegister(base, people.system_users, people.resources, callers, clock)
    return AltinnRoutes(consents, systems, world.legacy_consents, clock)


def _front_page(world: World, services: Mapping[str, Service]) -> str:
    rows = [
        ("Maskinporten", "/maskinporten/.well-known/oauth-authorization-server"),
        ("Altinn: consent requests", "/altinn/accessmanagement/api/v1/enterprise/consentrequests"),
        ("Altinn: system register", "/altinn/authentication/api/v1/systemregister/vendor"),
        ("Keys of the issuer", "/maskinporten/jwk"),
        *((api, f"{service.bases[0]}/…") for api, service in services.items()),
        ("Everything a client needs to know", "/sandbox/card.txt"),
        ("Calls so far, by API and client", "/sandbox/status"),
        ("Switch faults on (PUT)", "/sandbox/faults"),
        ("Register a client's key (POST)", f"/maskinporten/clients/{world.people.client.client_id}/jwks"),
    ]
    listed = "".join(
        f"<tr><th scope=row>{html.escape(name)}<td><code>{html.escape(world.base + path)}</code>" for name, path in rows
    )
    organisations = ", ".join(world.people.current)
    return (
        "<h1>Prøvestand sandbox</h1><p>Emulates Skatteetaten's collection APIs and their token issuer, on this machine "
        f"only. Every party in it is synthetic.<table>{listed}</table><p>Test organisations: {organisations}."
    )
