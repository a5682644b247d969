"""Maskinporten's routes, and the sandbox's own for what the self-service portal does."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qs

from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from harness.sandbox.bodies import json_object
from harness.sandbox.maskinporten.clients import Client, KeyRefusedError, RegisteredKey
from harness.sandbox.maskinporten.grants import TokenEndpoint
from harness.sandbox.maskinporten.public_keys import public_keys
from harness.sandbox.maskinporten.refusal import Refusal
from harness.sandbox.maskinporten.self_service import SelfService

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
MOST_OCTETS = 100_000
NO_STORE = {"Cache-Control": "no-store"}


@dataclass
class MaskinportenRoutes:
    """Handlers for one token endpoint."""

    endpoint: TokenEndpoint

    def routes(self) -> list[BaseRoute]:
        """The real issuer's routes."""
        return [
            Route("/.well-known/oauth-authorization-server", self.metadata),
            Route("/jwk", self.jwks),
            Route("/token", self.token, methods=["POST"]),
        ]

    def own_routes(self) -> list[BaseRoute]:
        """The sandbox's own routes."""
        return [
            Route("/clients/{client_id}/jwks", self.client_keys, methods=["GET", "POST"]),
            Route("/clients/{client_id}/certificates", self.certificate, methods=["POST"]),
            Route("/mint", self.mint, methods=["POST"]),
            Route("/rotate", self.rotate, methods=["POST"]),
            *SelfService(self.endpoint).routes(),
        ]

    async def metadata(self, request: Request) -> Response:  # noqa: ARG002 - a handler's signature
        return JSONResponse(self.endpoint.issuer.metadata)

    async def jwks(self, request: Request) -> Response:  # noqa: ARG002 - a handler's signature
        return JSONResponse(self.endpoint.issuer.jwks)

    async def token(self, request: Request) -> Response:
        """RFC 7523: a form with grant_type and assertion."""
        try:
            assertion = await _assertion(request)
            answer = self.endpoint.answer(assertion)
        except Refusal as refusal:
            body = refusal.body(self.endpoint.issuer.name, self.endpoint.knobs)
            return JSONResponse(body, refusal.status, NO_STORE)
        return JSONResponse(answer, headers=NO_STORE)

    async def client_keys(self, request: Request) -> Response:
        """A minimal self-service portal: lists a client's keys, or registers the posted JWK, JWKS or PEM."""
        client = self._client(request)
        if client is None:
            return _problem(404, "no client has this id")
        if request.method == "GET":
            return JSONResponse(_public(client.keys.values()))
        try:
            posted = public_keys(await request.body())
            added = self.endpoint.register.add_keys(client, posted, self.endpoint.clock.timestamp())
        except KeyRefusedError as error:
            return _problem(400, str(error))
        return JSONResponse(_public(added), 201)

    async def certificate(self, request: Request) -> Response:
        """Issues a test certificate for a client's public key, and lets the client sign with it."""
        client = self._client(request)
        jwk = await json_object(request)
        if client is None or not client.with_certificate:
            return _problem(404, "no client with a business certificate has this id")
        try:
            public = RSAKey.import_key(dict(jwk or {})).public_key
        except (JoseError, ValueError, TypeError, KeyError):
            public = None
        if not isinstance(public, rsa.RSAPublicKey) or "d" in (jwk or {}):
            return _problem(400, "post one public RSA key as a JWK")
        chain = self.endpoint.authority.issue(client.owner, public, self.endpoint.clock.now())
        return JSONResponse({"x5c": chain}, 201)

    async def mint(self, request: Request) -> Response:
        """A token of this issuer with some claims replaced, which no real issuer offers but negative tests need."""
        asked = await json_object(request) or {}
        replaced = asked.get("claims")
        try:
            keys = KeySet.import_key_set({"keys": [dict(key) for key in self.endpoint.issuer.jwks["keys"]]})
            claims = jwt.decode(str(asked.get("token")), keys, algorithms=["RS256"]).claims
        except (JoseError, ValueError):
            return _problem(400, "post a token of this issuer and the claims to replace")
        if not isinstance(replaced, dict):
            return _problem(400, "post the claims to replace as a JSON object")
        merged = {name: value for name, value in (claims | replaced).items() if value is not None}
        return JSONResponse({"access_token": self.endpoint.issuer.signed(merged)}, headers=NO_STORE)

    async def rotate(self, request: Request) -> Response:  # noqa: ARG002 - a handler's signature
        """Signs with a new key from now on."""
        self.endpoint.issuer.rotate()
        return JSONResponse(self.endpoint.issuer.jwks)

    def _client(self, request: Request) -> Client | None:
        return self.endpoint.register.clients.get(request.path_params["client_id"])


async def _assertion(request: Request) -> str:
    body = await request.body()
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raise Refusal("invalid_request", "The request is not a form")
    if len(body) > MOST_OCTETS:
        raise Refusal("invalid_request", "The request is too large")
    try:
        form = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=20)
    except ValueError as error:
        raise Refusal("invalid_request", "The request is not a form") from error
    if form.get("grant_type") != [GRANT_TYPE]:
        raise Refusal("unsupported_grant_type", "The grant type is not supported")
    assertion = form.get("assertion", [])
    if len(assertion) != 1 or not assertion[0]:
        raise Refusal("invalid_request", "The assertion is missing")
    return assertion[0]


def _public(keys: Iterable[RegisteredKey]) -> dict[str, object]:
    """A JWKS."""
    return {"keys": [entry.key.as_dict(private=False) for entry in keys]}


def _problem(status: int, text: str) -> Response:
    return JSONResponse({"problem": text}, status)
