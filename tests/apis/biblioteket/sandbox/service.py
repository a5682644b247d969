"""The library as a service of the sandbox."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from harness.sandbox.maskinporten.tokens import BadTokenError, Claims, bearer_token, verified_by
from harness.sandbox.population import Offer
from harness.sandbox.service import Inside, Kept, Service, World

SCOPE = "biblioteket:laan"
OFFER = Offer(SCOPE, "biblioteket")
BASE = "/biblioteket/v1"
PARTY = "313367002"
LOANS = (("Sult", "2026-03-01"), ("Victoria", "2026-02-01"))
PATH = re.compile(rf"{BASE}/([0-9]{{9}})/laan")


def make_service(world: World) -> Service:
    return Library(verified_by(world.issuer))


def inside_of(service: Service) -> Inside:
    return Nothing()


@dataclass(frozen=True)
class Library:
    """Answers calls."""

    verify: Callable[[str], Claims]
    loans: Sequence[tuple[str, str]] = LOANS
    bases: tuple[str, ...] = (BASE,)
    repeatable: bool = True

    async def __call__(self, request: Request) -> Response:
        if request.method != "GET":
            return Response(status_code=405, headers={"Allow": "GET"})
        try:
            claims = self.verify(bearer_token(request.headers.get("authorization")))
        except BadTokenError as error:
            return JSONResponse({"kode": "BIB-001", "melding": str(error)}, 401)
        found = PATH.fullmatch(request.url.path)
        if found is None or found[1] != PARTY or SCOPE not in str(claims.get("scope", "")):
            return JSONResponse({"kode": "BIB-002", "melding": "Ingen treff."}, 404)
        listed = [{"tittel": title, "dato": day} for title, day in self.loans]
        return JSONResponse({"antall": len(listed), "laan": listed})

    def operation_of(self, request: Request) -> str:
        return "laan" if PATH.fullmatch(request.url.path) else ""

    def may_be_changed(self, operation: str, path: str, kind: str) -> bool:
        return True

    def parties(self) -> Mapping[str, str]:
        return {PARTY: "has borrowed two books"}

    def target(self) -> Mapping[str, object]:
        return {"scope": SCOPE, "organisations": [PARTY], "access": {"alle": {"kind": "token"}}}


class Nothing:
    """Nothing in a library can be set from within."""

    profiles: Mapping[str, str] = {}

    def profile_of(self, party: str) -> str:
        return ""

    def shown(self, party: str) -> Mapping[str, Any]:
        return {}

    def kept(self) -> Sequence[Kept]:
        return ()

    def put(self, kind: str, key: str, state: str) -> bool:
        return False
