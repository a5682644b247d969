"""The API's routes: one handler for every path below a base, in the old and the new style."""

import datetime
import uuid
from collections.abc import Callable, Container, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, unquote

from starlette.requests import Request
from starlette.responses import Response

from harness.sandbox.knobs import Knobs
from harness.sandbox.kravogbetalinger import rendering
from harness.sandbox.kravogbetalinger.authorisation import Authorisation
from harness.sandbox.kravogbetalinger.errors import Refused
from harness.sandbox.kravogbetalinger.generator import specialities
from harness.sandbox.kravogbetalinger.input import ensure_identifier, parse_period
from harness.sandbox.kravogbetalinger.ledger import Ledger
from harness.sandbox.kravogbetalinger.leeway import may_be_changed
from harness.sandbox.kravogbetalinger.restless import varied
from harness.sandbox.kravogbetalinger.target import target_of
from harness.sandbox.kravogbetalinger.views import Period, Views
from harness.sandbox.service import World

API = __name__.split(".")[-2]
HOMES = ("/kravogbetalinger", "/api/innkreving/kravogbetalinger")
BASES = tuple(f"{home}/v1" for home in HOMES)
"""The only existing version. Paths outside it are handled too: another version is an unknown URL."""

PACKAGES = ("finans", "regnskapssystem", "lovfestetrevisjon")
ROOTS = {
    "aapnekrav": "aapneKrav",
    "krav": "alleKrav",
    "innbetalinger": "innbetalinger",
    "utbetalinger": "utbetalinger",
}
METHODS = ("GET", "HEAD")
MOST_RENDERED = 2_000
MOST_OCTETS = 8_192
"""A longer address is refused as unknown."""


def credentials_of(request: Request) -> str | None:
    """The token's only source: the Authorization header."""
    return request.headers.get("authorization")


Query = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Asked:
    """What a call asks for, with its path and query checked. `period` is None for aapnekrav."""

    operation: str
    party: str
    period: Period | None


@dataclass(frozen=True)
class KravOgBetalinger:
    """Answers calls. Checks in the dossier's order: token, path, package, consent, input, look-up.

    The fields are its collaborators: the door, the input checks, the ledgers and how they are shown.
    """

    door: Authorisation
    world: World
    ledger: Callable[[str], Ledger | None]
    """The ledger of a party; None for an unknown number."""
    views: Callable[[Ledger, datetime.date, Knobs], Views] = Views
    identifier: Callable[[str, Knobs], None] = ensure_identifier
    period: Callable[[Query, datetime.date, Knobs], Period] = parse_period
    negotiate: Callable[[str | None], str | None] = rendering.negotiated
    vary: Callable[[dict[str, Any], int, str], dict[str, Any]] = varied
    credentials: Callable[[Request], str | None] = credentials_of
    packages: Container[str] = PACKAGES
    methods: Sequence[str] = METHODS
    bases: tuple[str, ...] = (*BASES, *HOMES)
    repeatable: bool = True
    rendered: dict[Hashable, bytes] = field(default_factory=dict)

    async def __call__(self, request: Request) -> Response:
        knobs = self.world.knobs
        korrelasjonsid, well_formed = _korrelasjonsid(request.headers.get("korrelasjonsid"))
        kind = self.negotiate(request.headers.get("accept"))
        headers = {"Korrelasjonsid": korrelasjonsid} if knobs["korrelasjonsid-header"] == "sent" else {}
        if request.method not in self.methods:
            return Response(status_code=405, headers=headers | {"Allow": ", ".join(self.methods)})
        try:
            if not well_formed and knobs["korrelasjonsid"] == "refused":
                raise Refused("KB-006", "Korrelasjonsid er ikke en UUID.")
            content = self._answer(request, kind)
        except Refused as refused:
            return _refusal(refused.worded(knobs), kind, korrelasjonsid, headers)
        return Response(content, headers=headers, media_type=kind)

    def operation_of(self, request: Request) -> str:
        name = request.url.path.rpartition("/")[2]
        return name if name in ROOTS else ""

    def saying(self, change: Callable[[str, dict[str, Any]], dict[str, Any]]) -> "KravOgBetalinger":
        """The same service with bodies changed, by operation, before they are written."""

        def vary(body: dict[str, Any], seed: int, name: str) -> dict[str, Any]:
            return change(name.rpartition("/")[2], self.vary(body, seed, name))

        return replace(self, vary=vary)

    def may_be_changed(self, operation: str, path: str, kind: str) -> bool:  # noqa: ARG002 - the same for all operations
        return may_be_changed(path, kind)

    def parties(self) -> Mapping[str, str]:
        return specialities()

    def target(self) -> Mapping[str, object]:
        """The three rights packages and what each requires, for every organisation on the newest published list."""
        return target_of(self.world)

    def _answer(self, request: Request, kind: str | None) -> bytes:
        if self.world.knobs["order"] == "input-first":
            package, party, operation = self._path(request, kind)
            asked = self._asked(request, party, operation)
            self._open(self._claims(request), package, party, request)
        else:
            claims = self._claims(request)
            package, party, operation = self._path(request, kind)
            self._open(claims, package, party, request)
            asked = self._asked(request, party, operation)
        return self._content(asked, kind)

    def _claims(self, request: Request) -> Mapping[str, Any]:
        return self.door.claims(self.credentials(request))

    def _open(self, claims: Mapping[str, Any], package: str, party: str, request: Request) -> None:
        self.door.ensure_access(claims, package, party, request.headers.get("altinnsamtykke"))

    def _path(self, request: Request, kind: str | None) -> tuple[str, str, str]:
        raw: bytes = request.scope["raw_path"]
        path = raw.partition(b"?")[0].decode("latin-1")
        base = next((base for base in BASES if path.startswith(base + "/")), None)
        below = path.removeprefix(f"{base}/") if base is not None else ""
        segments = [unquote(segment, errors="replace") for segment in below.split("/")]
        if len(segments) != 3 or segments[2] not in ROOTS or len(raw) > MOST_OCTETS:
            raise Refused("KB-003", "Adressen finnes ikke.")
        if segments[0] not in self.packages:
            raise Refused(self.world.knobs["unknown-package"], "Rettighetspakken finnes ikke.")
        if kind is None:
            raise Refused("KB-008", "Bare JSON og XML støttes.")
        return segments[0], segments[1], segments[2]

    def _asked(self, request: Request, party: str, operation: str) -> Asked:
        self.identifier(party, self.world.knobs)
        if operation == "aapnekrav":
            return Asked(operation, party, None)
        query = parse_qs(request.scope["query_string"].decode("latin-1"), keep_blank_values=True, max_num_fields=1000)
        return Asked(operation, party, self.period(query, self.world.clock.today(), self.world.knobs))

    def _content(self, asked: Asked, kind: str | None) -> bytes:
        """The bytes of an answer, cached: they are the same for the same question on the same day."""
        today = self.world.clock.today()
        if self.world.passing.all:  # an override counts a call when its value is read, so the cache is skipped
            return self._rendered(asked, kind, today)
        given = self.world.given.of(API, asked.party)
        key = (asked, kind, today, given, self.ledger, self.views, self.vary, frozenset(self.world.knobs.items()))
        if key not in self.rendered:
            if len(self.rendered) >= MOST_RENDERED:
                self.rendered.clear()
            self.rendered[key] = self._rendered(asked, kind, today)
        return self.rendered[key]

    def _rendered(self, asked: Asked, kind: str | None, today: datetime.date) -> bytes:
        body = self.vary(self.body(asked, today), self.world.seed, f"{asked.party}/{asked.operation}")
        if kind != rendering.XML:
            return rendering.as_json(body)
        root = ROOTS[asked.operation] if self.world.knobs["xml-root"] == "root-schema" else "svar"
        return rendering.as_xml(root, body)

    def body(self, asked: Asked, today: datetime.date) -> dict[str, Any]:
        """The body of a good answer, before variation; raises Refused."""
        ledger = self.ledger(asked.party)
        if ledger is None:
            raise Refused("KB-009", "Identifikatoren gir ikke treff.")
        body = _shown(self.views(ledger, today, self.world.knobs), asked)
        if body["skjermet"] or any(isinstance(value, list) for value in body.values()):
            return body
        knob = "nothing-open" if asked.operation == "aapnekrav" else "nothing-found"
        if self.world.knobs[knob] == "KB-007":
            raise Refused("KB-007", "Det finnes ingenting å vise.")
        return body


def _shown(views: Views, asked: Asked) -> dict[str, Any]:
    if asked.period is None:
        return views.aapnekrav()
    show = {"krav": views.krav, "innbetalinger": views.innbetalinger, "utbetalinger": views.utbetalinger}
    return show[asked.operation](asked.period)


def _korrelasjonsid(sent: str | None) -> tuple[str, bool]:
    """The id of a call, the client's own if it is a UUID, otherwise a new one; and whether it was well-formed."""
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
