"""The API's addresses: one handler for every path below a base, in old and new style."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote

from starlette.requests import Request
from starlette.responses import Response

from harness.sandbox.kravogbetalinger import rendering
from harness.sandbox.kravogbetalinger.authorisation import CONSENT_RESOURCE, SCOPE, SYSTEM_USER_RESOURCE, Authorisation
from harness.sandbox.kravogbetalinger.errors import Refused
from harness.sandbox.kravogbetalinger.generator import ledger_of
from harness.sandbox.kravogbetalinger.input import ensure_identifier, parse_period
from harness.sandbox.kravogbetalinger.ledger import Ledger
from harness.sandbox.kravogbetalinger.restless import varied
from harness.sandbox.kravogbetalinger.views import Views
from harness.sandbox.population import NOBODY, OTHER_SCOPE
from harness.sandbox.service import World
from harness.sandbox.testdata import known_organisations

BASES = ("/kravogbetalinger/v1", "/api/innkreving/kravogbetalinger/v1")
PACKAGES = ("finans", "regnskapssystem", "lovfestetrevisjon")
ROOTS = {
    "aapnekrav": "aapneKrav",
    "krav": "alleKrav",
    "innbetalinger": "innbetalinger",
    "utbetalinger": "utbetalinger",
}
METHODS = ("GET", "HEAD")
MOST_OCTETS = 8_192
"""A longer address is no address: refused as unknown."""


@dataclass
class KravOgBetalinger:
    """Answers calls. Order of the checks as the dossier advises: token, path, package, consent, input, look-up."""

    authorisation: Authorisation
    world: World
    known: frozenset[str] = field(default_factory=lambda: frozenset(known_organisations()))
    bases: tuple[str, ...] = BASES
    _ledgers: dict[tuple[str, str], Ledger] = field(default_factory=dict)

    async def __call__(self, request: Request) -> Response:
        korrelasjonsid, well_formed = _korrelasjonsid(request.headers.get("korrelasjonsid"))
        kind = rendering.negotiated(request.headers.get("accept"))
        headers = {"Korrelasjonsid": korrelasjonsid}
        if request.method not in METHODS:
            return Response(status_code=405, headers=headers | {"Allow": ", ".join(METHODS)})
        try:
            if not well_formed and self.world.knobs["korrelasjonsid"] == "refused":
                raise Refused("KB-006", "Korrelasjonsid er ingen UUID.")
            root, body = self._answer(request, kind)
        except Refused as refused:
            return _refusal(refused, kind, korrelasjonsid, headers)
        content = rendering.as_xml(root, body) if kind == rendering.XML else rendering.as_json(body)
        return Response(content, headers=headers, media_type=kind)

    def target(self) -> Mapping[str, object]:
        """The three rights packages and what opens each, for every organisation of the newest published list."""
        people = self.world.people
        consents = {each.giver: each.id for each in people.consents.by_id.values() if each.resource == CONSENT_RESOURCE}
        customers = [user.customer for user in people.system_users.all if SYSTEM_USER_RESOURCE in user.resources]
        return {
            "scope": SCOPE,
            "other_scope": OTHER_SCOPE,
            "organisations": list(people.current),
            "unknown_organisation": NOBODY,
            "access": {
                "finans": {"kind": "consent", "consents": consents},
                "regnskapssystem": {"kind": "system_user", "customers": customers},
                "lovfestetrevisjon": {"kind": "token"},
            },
        }

    def _answer(self, request: Request, kind: str | None) -> tuple[str, Mapping[str, Any]]:
        claims = self.authorisation.claims(request.headers.get("authorization"))
        rettighetspakke, identifikator, operation = self._path(request)
        if rettighetspakke not in PACKAGES:
            raise Refused(self.world.knobs["unknown-package"], "Rettighetspakken finnes ikke.")
        if kind is None:
            raise Refused("KB-008", "Bare JSON og XML kan leveres.")
        self.authorisation.ensure_access(claims, rettighetspakke, identifikator)
        ensure_identifier(identifikator, self.world.knobs)
        view = self._view(operation, request)
        if identifikator not in self.known:
            raise Refused("KB-009", "Identifikatoren gir ikke treff.")
        body = view(Views(self._ledger(identifikator), self.world.clock.today(), self.world.knobs))
        self._ensure_something(body, operation)
        root = ROOTS[operation] if self.world.knobs["xml-root"] == "root-schema" else "svar"
        return root, varied(body, self.world.seed, f"{identifikator}/{operation}")

    def _path(self, request: Request) -> tuple[str, str, str]:
        raw: bytes = request.scope["raw_path"]
        path = raw.partition(b"?")[0].decode("latin-1")
        base = next(base for base in BASES if path.startswith(base + "/"))
        segments = [unquote(segment, errors="replace") for segment in path.removeprefix(base + "/").split("/")]
        if len(segments) != 3 or segments[2] not in ROOTS or len(raw) > MOST_OCTETS:
            raise Refused("KB-003", "Adressen finnes ikke.")
        return segments[0], segments[1], segments[2]

    def _view(self, operation: str, request: Request) -> Callable[[Views], dict[str, Any]]:
        if operation == "aapnekrav":
            return Views.aapnekrav
        query = parse_qs(request.scope["query_string"].decode("latin-1"), keep_blank_values=True, max_num_fields=1000)
        period = parse_period(query, self.world.clock.today(), self.world.knobs)
        show = {"krav": Views.krav, "innbetalinger": Views.innbetalinger, "utbetalinger": Views.utbetalinger}[operation]
        return lambda views: show(views, period)

    def _ledger(self, organisation: str) -> Ledger:
        today = self.world.clock.today()
        key = (organisation, today.isoformat())
        if key not in self._ledgers:
            self._ledgers[key] = ledger_of(organisation, self.world.seed, today)
        return self._ledgers[key]

    def _ensure_something(self, body: Mapping[str, Any], operation: str) -> None:
        something = body["skjermet"] or any(isinstance(value, list) for value in body.values())
        if something:
            return
        if operation == "aapnekrav":
            if self.world.knobs["nothing-open"] == "KB-007":
                raise Refused("KB-007", "Det finnes ingen åpne krav.")
        elif self.world.knobs["nothing-found"] == "KB-007":
            raise Refused("KB-007", "Det finnes ingenting i perioden.")


def _korrelasjonsid(sent: str | None) -> tuple[str, bool]:
    """The id of a call: the client's own where it is a UUID, else a new one; with whether it was well-formed."""
    if sent is None:
        return str(uuid.uuid4()), True
    try:
        return str(uuid.UUID(sent)), True
    except ValueError:
        return str(uuid.uuid4()), False


def _refusal(refused: Refused, kind: str | None, korrelasjonsid: str, headers: Mapping[str, str]) -> Response:
    render = rendering.error_as_xml if kind == rendering.XML else rendering.error_as_json
    content = render(refused.kode, refused.melding, korrelasjonsid)
    return Response(content, refused.status, dict(headers), kind or rendering.JSON)
