"""Changes clients, keys and consents without delay, for tests of a client."""

import datetime
import secrets
import uuid
from dataclasses import dataclass, replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from harness.sandbox.bodies import json_object
from harness.sandbox.maskinporten.clients import Client, KeyRefusedError
from harness.sandbox.maskinporten.grants import TokenEndpoint

DAY = 24 * 3600


class KeyOfAge(BaseModel):
    """A public JWK that was registered some days ago."""

    model_config = ConfigDict(extra="allow")

    days_old: int = Field(default=0, ge=0, le=100_000)


class NewClient(BaseModel):
    """The request for a new client."""

    owner: str = ""
    scopes: list[str] = []
    with_certificate: bool = False
    integration_type: str = "maskinporten"
    token_lifetime: int | None = None
    keys: list[KeyOfAge] = []
    certify: dict[str, Any] | None = None


class ConsentChange(BaseModel):
    """A change to a consent."""

    model_config = ConfigDict(extra="forbid")

    status: str = ""
    valid_to: AwareDatetime = datetime.datetime.max.replace(tzinfo=datetime.UTC)


@dataclass
class SelfService:
    """Handlers for one token endpoint."""

    endpoint: TokenEndpoint

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/clients", self.new_client, methods=["POST"]),
            Route("/consents/{id}", self.change_consent, methods=["POST"]),
            Route("/issuer", self.change_issuer, methods=["POST"]),
        ]

    async def new_client(self, request: Request) -> Response:
        """Creates a client: owner, scopes, integration_type, with_certificate, token_lifetime, keys with `days_old`.

        A client with a certificate posts its public key as `certify`, and gets the chain.
        """
        try:
            asked = NewClient.model_validate(await json_object(request) or {})
        except ValidationError as error:
            return _refused(error)
        client = Client(str(uuid.UUID(bytes=secrets.token_bytes(16), version=4)), asked.owner, frozenset(asked.scopes))
        client.with_certificate = asked.with_certificate
        client.integration_type = asked.integration_type
        client.token_lifetime = asked.token_lifetime
        self.endpoint.register.clients[client.client_id] = client
        now = self.endpoint.clock.timestamp()
        try:
            for key in asked.keys:
                self.endpoint.register.add_keys(client, [key.model_extra or {}], now - key.days_old * DAY)
        except KeyRefusedError as error:
            return JSONResponse({"problem": str(error)}, 400)
        chain = self._chain(asked.owner, asked.certify) if asked.certify is not None else []
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
        """Sets the status or the end of a consent: its giver accepts, rejects or revokes it, or it expires."""
        by_id, key = self.endpoint.consents.by_id, request.path_params["id"]
        if key not in by_id:
            return JSONResponse({"problem": "no consent has this id"}, 404)
        try:
            asked = ConsentChange.model_validate(await json_object(request) or {})
        except ValidationError as error:
            return _refused(error)
        by_id[key] = replace(by_id[key], **asked.model_dump(exclude_unset=True))
        return JSONResponse({"id": key, "status": by_id[key].status})

    async def change_issuer(self, request: Request) -> Response:
        """Signs with a new key from now on; `retire` removes the old ones from the JWKS, as in an emergency."""
        asked = await json_object(request) or {}
        self.endpoint.issuer.rotate()
        if asked.get("retire"):
            del self.endpoint.issuer.keys[1:]
        return JSONResponse(self.endpoint.issuer.jwks)


def _refused(error: ValidationError) -> Response:
    problem = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in problem["loc"])
    return JSONResponse({"problem": f"{place}: {problem['msg'].lower()}"}, 400)
