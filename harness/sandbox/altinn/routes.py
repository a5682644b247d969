"""Altinn's routes in one sandbox, including the legacy token generator."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from harness.sandbox.altinn.consent_requests import ConsentRequests
from harness.sandbox.altinn.legacy import LIFETIME, LegacyConsents
from harness.sandbox.altinn.system_register import SystemRegister
from harness.sandbox.clock import Clock

LONGEST = 3600


@dataclass
class AltinnRoutes:
    """What is mounted as Altinn."""

    consent_requests: ConsentRequests
    system_register: SystemRegister
    legacy: LegacyConsents
    clock: Clock

    def routes(self) -> list[BaseRoute]:
        generator = Route("/api/GetConsentToken", self.legacy_token)
        return [*self.consent_requests.routes(), *self.system_register.routes(), generator]

    async def legacy_token(self, request: Request) -> Response:
        """An Altinn 2 consent token as text, as in Altinn's test tool (AltinnTestTools, 2026-05)."""
        query = request.query_params
        services, giver, recipient = query.get("serviceCodes"), query.get("offeredBy"), query.get("coveredBy")
        lifetime = query.get("ttl", str(LIFETIME))
        if not services or not giver or not recipient or not lifetime.isdecimal():
            return PlainTextResponse("serviceCodes, offeredBy and coveredBy are required", 400)
        seconds = min(int(lifetime), LONGEST)
        return PlainTextResponse(self.legacy.token(services, giver, recipient, self.clock.now(), seconds))
