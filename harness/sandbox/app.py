"""Puts the sandbox together: one ASGI application for all the services it emulates."""

import datetime
import html
import json
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route, request_response

from harness.sandbox.clock import Clock
from harness.sandbox.knobs import Knobs
from harness.sandbox.kravogbetalinger.authorisation import Authorisation
from harness.sandbox.kravogbetalinger.routes import BASES, KravOgBetalinger
from harness.sandbox.maskinporten.certificates import CertificateAuthority
from harness.sandbox.maskinporten.grants import TokenEndpoint
from harness.sandbox.maskinporten.issuer import Issuer
from harness.sandbox.maskinporten.routes import MaskinportenRoutes
from harness.sandbox.population import KRAV_OG_BETALINGER, NOBODY, UTLEGGSBEGJAERING, VENDOR, Population, populate
from harness.sandbox.traffic import Traffic


@dataclass(frozen=True)
class Options:
    """How a sandbox was started. `latency` is in seconds."""

    base: str
    seed: int
    knobs: Knobs
    latency: float = 0.0
    start: datetime.datetime | None = None
    authority: str | None = None
    """The PEM file of the authority behind an HTTPS sandbox."""


@dataclass(frozen=True)
class Sandbox:
    """The application and the description of it that a client reads."""

    app: Starlette
    target: str
    clock: Clock


def make_sandbox(options: Options) -> Sandbox:
    """A sandbox with keys, parties and data of its own."""
    clock = Clock(options.start)
    people = populate(options.seed, clock.now())
    issuer = Issuer(f"{options.base}/maskinporten/")
    authority = CertificateAuthority(clock.now())
    endpoint = TokenEndpoint(
        issuer, people.register, authority, people.consents, people.system_users, clock, options.knobs
    )
    door = Authorisation(issuer, people.system_users, clock, options.knobs)
    api = KravOgBetalinger(door, clock, options.knobs, options.seed)
    traffic = Traffic(request_response(api.__call__), options.knobs, options.latency)

    async def status(request: Request) -> Response:  # noqa: ARG001 - a handler's signature
        return JSONResponse(
            {"seed": options.seed, "now": clock.now().isoformat(), "apis": {"kravogbetalinger": traffic.figures}}
        )

    async def front(request: Request) -> Response:  # noqa: ARG001 - a handler's signature
        return HTMLResponse(_front_page(options.base, people))

    routes = [
        Route("/", front),
        Route("/sandbox/status", status),
        Mount("/maskinporten", routes=MaskinportenRoutes(endpoint).routes()),
        *(Mount(base, app=traffic) for base in BASES),
    ]
    return Sandbox(Starlette(routes=routes), _target(options.base, people, options.authority), clock)


def _target(base: str, people: Population, authority: str | None) -> str:
    client = people.client.client_id
    consents = {consent.giver: consent.id for consent in people.consents.by_id.values()}
    customers = [user.customer for user in people.system_users.all]
    trusted = f"\nca_bundle = {json.dumps(authority)}" if authority else ""
    consent_lines = "\n".join(f'"{giver}" = "{identifier}"' for giver, identifier in consents.items())
    return f'''# A sandbox of Prøvestand that runs at {base}; good for as long as it runs.
[targets.sandbox]
profile = "sandbox"{trusted}

[targets.sandbox.maskinporten]
issuer = "{base}/maskinporten/"
client_id = "{client}"
consumer = "{VENDOR}"
key = "generated" # a new key at start; its public half is posted to `registration`
registration = "{base}/maskinporten/clients/{client}/jwks"
mint = "{base}/maskinporten/mint" # signs tokens with any claims, for negative tests

[targets.sandbox.apis.kravogbetalinger]
base_url = "{base}{BASES[0]}"
scope = "{KRAV_OG_BETALINGER}"
other_scope = "{UTLEGGSBEGJAERING}" # the client holds it too, for another API
organisations = {_list(people.current)}
unknown_organisation = "{NOBODY}"

[targets.sandbox.apis.kravogbetalinger.access.finans]
kind = "consent"

[targets.sandbox.apis.kravogbetalinger.access.finans.consents]
{consent_lines}

[targets.sandbox.apis.kravogbetalinger.access.regnskapssystem]
kind = "system_user"
customers = {_list(customers)}

[targets.sandbox.apis.kravogbetalinger.access.lovfestetrevisjon]
kind = "token"
'''


def _list(values: tuple[str, ...] | list[str]) -> str:
    return "[" + ", ".join(f'"{value}"' for value in values) + "]"


def _front_page(base: str, people: Population) -> str:
    rows = [
        ("Maskinporten", "/maskinporten/.well-known/oauth-authorization-server"),
        ("Keys of the issuer", "/maskinporten/jwk"),
        ("Krav og betalinger", f"{BASES[0]}/{{rettighetspakke}}/{{identifikator}}/{{operation}}"),
        ("What was asked so far", "/sandbox/status"),
        ("Register a client's key (POST)", f"/maskinporten/clients/{people.client.client_id}/jwks"),
    ]
    listed = "".join(f"<tr><th scope=row>{name}<td><code>{html.escape(base + path)}</code>" for name, path in rows)
    organisations = ", ".join(people.current)
    return (
        "<!doctype html><html lang=en><meta charset=utf-8><title>Prøvestand sandbox</title>"
        "<style>body{font:16px/1.5 system-ui;max-width:60rem;margin:3rem auto;padding:0 1rem;color-scheme:light dark}"
        "th{text-align:left;padding-right:2rem;font-weight:600}td,th{padding-block:.3rem}</style>"
        "<h1>Prøvestand sandbox</h1><p>Emulates Skatteetaten's collection APIs and their token issuer, on this machine "
        f"only. Every party in it is synthetic.<table>{listed}</table><p>Test organisations: {organisations}."
    )
