"""What the self-service, Altinn and time do to clients, keys and consents, at once: for tests of a client."""

import datetime
import secrets
import uuid
from dataclasses import dataclass, replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from harness.sandbox.maskinporten.clients import Client, KeyRefusedError
from harness.sandbox.maskinporten.grants import TokenEndpoint

DAY = 24 * 3600


@dataclass
class SelfService:
    """Handlers around one token endpoint."""

    endpoint: TokenEndpoint

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/clients", self.new_client, methods=["POST"]),
            Route("/consents/{id}", self.change_consent, methods=["POST"]),
            Route("/issuer", self.change_issuer, methods=["POST"]),
        ]

    async def new_client(self, request: Request) -> Response:
        """Makes a client: owner, scopes, integration_type, with_certificate, token_lifetime, keys with `days_old`.

        A client with a certificate posts its public key as `certify`, and is given the chain.
        """
        asked = await _object(request)
        owner = str(asked.get("owner", ""))
        scopes = frozenset(map(str, asked.get("scopes", [])))
        client = Client(str(uuid.UUID(bytes=secrets.token_bytes(16), version=4)), owner, scopes)
        client.with_certificate = bool(asked.get("with_certificate", False))
        client.integration_type = str(asked.get("integration_type", "maskinporten"))
        client.token_lifetime = asked.get("token_lifetime")
        self.endpoint.register.clients[client.client_id] = client
        now = self.endpoint.clock.timestamp()
        try:
            for jwk in asked.get("keys", []):
                age = int(jwk.pop("days_old", 0)) * DAY
                self.endpoint.register.add_key(client, jwk, now - age)
        except KeyRefusedError as error:
            return JSONResponse({"problem": str(error)}, 400)
        chain = self._chain(owner, asked["certify"]) if "certify" in asked else []
        return JSONResponse({"client_id": client.client_id, "x5c": chain}, 201)

    def _chain(self, owner: str, jwk: dict[str, Any]) -> list[str]:
        try:
            public = RSAKey.import_key(dict(jwk)).public_key
        except (JoseError, ValueError, TypeError, KeyError):
            return []
        if not isinstance(public, rsa.RSAPublicKey):
            return []
        return self.endpoint.authority.issue(owner, public, self.endpoint.clock.now())

    async def change_consent(self, request: Request) -> Response:
        """Sets the status or the end of a consent: its giver answers or withdraws, or its time runs out."""
        by_id, key = self.endpoint.consents.by_id, request.path_params["id"]
        if key not in by_id:
            return JSONResponse({"problem": "no consent has this id"}, 404)
        asked = await _object(request)
        if "valid_to" in asked:
            asked["valid_to"] = datetime.datetime.fromisoformat(asked["valid_to"])
        by_id[key] = replace(by_id[key], **asked)
        return JSONResponse({"id": key, "status": by_id[key].status})

    async def change_issuer(self, request: Request) -> Response:
        """Signs with a new key from now on; `retire` takes the old ones out of the JWKS, as an emergency does."""
        asked = await _object(request)
        self.endpoint.issuer.rotate()
        if asked.get("retire"):
            del self.endpoint.issuer.keys[1:]
        return JSONResponse(self.endpoint.issuer.jwks)


async def _object(request: Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
