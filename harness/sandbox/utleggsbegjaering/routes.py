"""The API's routes: every call below its base, and the sandbox's switches for it."""

import sqlite3
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from harness.sandbox.population import NOBODY, OTHER_SCOPE, VENDOR
from harness.sandbox.service import World
from harness.sandbox.utleggsbegjaering.authorisation import KOMMUNE_SCOPE, SCOPE, SYSTEM_USER_RESOURCE, Authorisation
from harness.sandbox.utleggsbegjaering.body import invalid
from harness.sandbox.utleggsbegjaering.control import control
from harness.sandbox.utleggsbegjaering.leeway import may_be_changed
from harness.sandbox.utleggsbegjaering.model.values import UUID
from harness.sandbox.utleggsbegjaering.office import Office, Reply
from harness.sandbox.utleggsbegjaering.operations import OPERATIONS, Operation, at
from harness.sandbox.utleggsbegjaering.problem import Refused, as_json, refusal
from harness.sandbox.utleggsbegjaering.restless import varied

BASE, CONTROL = "/api/utleggsbegjaering/v2", "/sandbox/utleggsbegjaering"
BASES = (BASE, "/api/utleggsbegjaering", CONTROL)
"""The second catches submissions, which go to the bare base; nothing else is served under it."""

MOST_OCTETS = 8_192
"""A longer address is refused as unknown."""

TRACING = ("klientid", "korrelasjonsid", "meldingsid")
IDS = ("korrelasjonsid", "meldingsid")


@dataclass(frozen=True)
class UtleggsbegjaeringApi:
    """Answers calls. Checks in this order: token, path, method, scope, Accept, headers, then the operation's own."""

    authorisation: Authorisation
    office: Office
    world: World
    operations: tuple[Operation, ...] = OPERATIONS
    bases: tuple[str, ...] = BASES
    repeatable: bool = False

    async def __call__(self, request: Request) -> Response:
        path = _path(request)
        if path.startswith(CONTROL):
            return await control(self.office, request, path.removeprefix(CONTROL).strip("/"))
        korrelasjonsid = _korrelasjonsid(request.headers.get("korrelasjonsid"))
        try:
            response = self._written(await self._answer(request), path)
        except Refused as refused:
            response = refusal(refused, path, korrelasjonsid, self.world.knobs)
        except sqlite3.Error:
            unavailable = Refused(
                503, "XXX-001", "Tjenesten er midlertidig utilgjengelig.", headers={"Retry-After": "1"}
            )
            response = refusal(unavailable, path, korrelasjonsid, self.world.knobs)
        except ClientDisconnect:
            response = Response(status_code=400)
        response.headers["Korrelasjonsid"] = korrelasjonsid
        return response

    def operation_of(self, request: Request) -> str:
        if _path(request).startswith(CONTROL):
            return "control"
        found = [each.name for each, _ in at(self._served(), self._address(request)) if each.method == request.method]
        return found[0] if found else ""

    def may_be_changed(self, operation: str, path: str, kind: str) -> bool:
        return may_be_changed(operation, path, kind)

    def parties(self) -> Mapping[str, str]:
        return self.office.register.specialities

    def target(self) -> Mapping[str, object]:
        """Who may submit and how, the parties that tests use, and the switches."""
        people, register = self.world.people, self.office.register
        serves_all = self.world.knobs["elan-other-services"] == "shared"
        entitled = {user.customer for user in people.system_users.all if SYSTEM_USER_RESOURCE in user.resources}
        customers = [each for each in people.current if each in entitled and each not in register.parties]
        return {
            "scope": SCOPE,
            "other_scope": OTHER_SCOPE,
            "organisations": [VENDOR, *customers],
            "unknown_organisation": NOBODY,
            "access": {"egen": {"kind": "token"}, "systembruker": {"kind": "system_user", "customers": customers}},
            "closed_world": serves_all,
            "reconstructed": serves_all,
            "control": f"{self.world.base}{CONTROL}",
            "parties": dict(register.by_role),
        }

    async def _answer(self, request: Request) -> Reply:
        header = request.headers.get("authorization")
        found = at(self._served(), self._address(request))
        if not found:
            self.authorisation.caller(header, frozenset({SCOPE, KOMMUNE_SCOPE}))
            raise Refused(404, "XXX-003", "Adressen finnes ikke.")
        allowed = {operation.method: (operation, varying) for operation, varying in found}
        if request.method not in allowed:
            self.authorisation.caller(header, frozenset({SCOPE, KOMMUNE_SCOPE}))
            methods = ", ".join(sorted(allowed))
            raise Refused(405, "XXX-006", f"Bare {methods} er tillatt her.", headers={"Allow": methods})
        operation, varying = allowed[request.method]
        caller = self.authorisation.caller(header, self._scopes(operation))
        _ensure_acceptable(request.headers.get("accept"))
        self._ensure_traced(request)
        return await operation.handler(self.office, caller, request, unquote(varying, errors="replace"))

    def _address(self, request: Request) -> str:
        """The part of a path that names an operation; empty for a submission, with or without a trailing slash."""
        below = _below_base(request)
        if below not in {"", "/"}:
            return below
        served = {"both": {"", "/"}, "bare": {""}, "slash": {"/"}}[self.world.knobs["elan-submission-address"]]
        return "" if below in served else "//"

    def _served(self) -> tuple[Operation, ...]:
        if self.world.knobs["elan-other-services"] == "shared":
            return self.operations
        return tuple(operation for operation in self.operations if not operation.is_of_another_service)

    def _scopes(self, operation: Operation) -> frozenset[str]:
        is_own_only = operation.scope == SCOPE or self.world.knobs["elan-kommune-scope"] == "own"
        return frozenset({operation.scope} if is_own_only else {operation.scope, SCOPE})

    def _ensure_traced(self, request: Request) -> None:
        missing = [name for name in TRACING if name not in request.headers]
        if missing and self.world.knobs["elan-headers"] == "required":
            raise invalid(f"Kallet mangler {', '.join(missing)}.")
        faulty = [name for name in IDS if name in request.headers and not UUID.match(request.headers[name])]
        if faulty and self.world.knobs["elan-tracing-ids"] == "refused":
            raise invalid(f"Ikke en gyldig UUID: {', '.join(faulty)}.")

    def _written(self, reply: Reply, path: str) -> Response:
        if reply.body is None:
            return Response(status_code=reply.status)
        is_varied = self.world.knobs["leeway"] == "used"
        body = varied(reply.body, self.world.seed, path) if is_varied else reply.body
        return Response(as_json(body), reply.status, media_type="application/json")


def _path(request: Request) -> str:
    raw: bytes = request.scope["raw_path"]
    return raw.partition(b"?")[0].decode("latin-1")


def _below_base(request: Request) -> str:
    """The part of a path that names an operation; `//`, which matches none, for any other path."""
    path = _path(request)
    is_below = path == BASE or path.startswith(f"{BASE}/")
    return path.removeprefix(BASE) if is_below and len(path) <= MOST_OCTETS else "//"


def _ensure_acceptable(accept: str | None) -> None:
    """Raises Refused if the client does not accept JSON (RFC 9110, 12.5.1)."""
    if accept is None or not accept.strip():
        return
    ranges = {}
    for part in accept.lower().split(","):
        name, _, parameters = part.partition(";")
        weight = parameters.partition("q=")[2].partition(";")[0].strip()
        ranges[name.strip()] = weight not in {"0", "0.0", "0.00", "0.000"}
    found = [ranges[name] for name in ("application/json", "application/*", "*/*") if name in ranges]
    if not (found and found[0]):
        raise Refused(406, "XXX-006", "Svaret kan bare leveres som JSON.")


def _korrelasjonsid(sent: str | None) -> str:
    """The id of a call: the client's own if it is a UUID, otherwise a new one."""
    try:
        return str(uuid.UUID(sent or ""))
    except ValueError:
        return str(uuid.uuid4())
