"""Access that is granted too easily, or not at all."""

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from harness.sandbox.faults.fault import Handler, in_call, in_service
from harness.sandbox.knobs import OtherKnobs
from harness.sandbox.utleggsbegjaering.authorisation import Authorisation, Caller
from harness.sandbox.utleggsbegjaering.faults.surgery import Api, with_door, with_handler
from harness.sandbox.utleggsbegjaering.office import Office, Reply
from harness.sandbox.utleggsbegjaering.problem import Refused

VENDOR = "312345676"
FORBIDDEN = Refused(403, "XXX-005", "Tokenet gir ikke tilgang.")
UNAUTHENTICATED = Refused(401, "XXX-004", "Tokenet godtas ikke.")


def _payload(authorization: str | None, part: int = 1) -> Any:  # noqa: ANN401 - any JSON
    """A part of a token, unverified; empty if it is not a token."""
    parts = (authorization or "").rpartition(" ")[2].split(".")
    try:
        return json.loads(base64.urlsafe_b64decode(parts[part] + "=="))
    except (ValueError, IndexError):
        return {}


@in_service(breaks="ELAN-AUTH-001", status=(401, 403))
def no_token_is_needed(service: Api) -> Api:
    """A call without an Authorization header is accepted."""

    class Open(Authorisation):
        def caller(self, authorization: str | None, scopes: frozenset[str]) -> Caller:
            return super().caller(authorization, scopes) if authorization else Caller(VENDOR)

    return with_door(service, Open)


@in_service(breaks="ELAN-AUTH-023", status=(401, 403))
def any_text_is_a_token(service: Api) -> Api:
    """A bearer token that is not a JWT is accepted."""

    class Gullible(Authorisation):
        def caller(self, authorization: str | None, scopes: frozenset[str]) -> Caller:
            is_token = authorization is None or authorization.count(".") == 2
            return super().caller(authorization, scopes) if is_token else Caller(VENDOR)

    return with_door(service, Gullible)


@in_service(breaks="ELAN-AUTH-003", status=(401, 403))
def signatures_are_not_checked(service: Api) -> Api:
    """A token's claims are trusted, whatever its signature."""

    class Trusting(Authorisation):
        def _claims(self, authorization: str | None) -> Mapping[str, Any]:
            claims = _payload(authorization)
            if _payload(authorization, 0).get("alg") != "RS256" or not isinstance(claims, dict):
                return super()._claims(authorization)
            self._ensure_valid(claims)
            return claims

    return with_door(service, Trusting)


@in_service(breaks="ELAN-AUTH-004", status=(401, 403))
def unknown_keys_are_trusted(service: Api) -> Api:
    """A token signed with a key that is not the issuer's is accepted."""

    class Keyless(Authorisation):
        def _claims(self, authorization: str | None) -> Mapping[str, Any]:
            known = {key["kid"] for key in self.issuer.jwks["keys"]}
            claims = _payload(authorization)
            header = _payload(authorization, 0)
            if header.get("alg") == "RS256" and header.get("kid") not in known and isinstance(claims, dict):
                self._ensure_valid(claims)
                return claims
            return super()._claims(authorization)

    return with_door(service, Keyless)


@in_service(breaks="ELAN-AUTH-005", status=(401, 403))
def unsigned_tokens_are_accepted(service: Api) -> Api:
    """A token with `alg` none is accepted."""

    class Unsigned(Authorisation):
        def _claims(self, authorization: str | None) -> Mapping[str, Any]:
            claims = _payload(authorization)
            if str(_payload(authorization, 0).get("alg", "")).lower() == "none" and isinstance(claims, dict):
                self._ensure_valid(claims)
                return claims
            return super()._claims(authorization)

    return with_door(service, Unsigned)


@in_service(breaks="ELAN-AUTH-006", status=(401, 403))
def the_algorithm_is_the_tokens_choice(service: Api) -> Api:
    """A token signed by HS256 with the issuer's public key is accepted."""

    class Confused(Authorisation):
        def _claims(self, authorization: str | None) -> Mapping[str, Any]:
            claims = _payload(authorization)
            if _payload(authorization, 0).get("alg") == "HS256" and isinstance(claims, dict):
                self._ensure_valid(claims)
                return claims
            return super()._claims(authorization)

    return with_door(service, Confused)


@in_service(breaks="ELAN-AUTH-007", status=(401, 403))
def the_issuer_is_not_checked(service: Api) -> Api:
    """A token from another issuer is accepted."""

    class AnyIssuer(Authorisation):
        def _ensure_valid(self, claims: Mapping[str, Any]) -> None:
            super()._ensure_valid({**claims, "iss": self.issuer.name})

    return with_door(service, AnyIssuer)


@in_service(breaks="ELAN-AUTH-008", status=(401, 403))
def tokens_do_not_expire(service: Api) -> Api:
    """An expired token is accepted."""

    class Eternal(Authorisation):
        def _ensure_valid(self, claims: Mapping[str, Any]) -> None:
            super()._ensure_valid({**claims, "exp": self.clock.timestamp() + 100})

    return with_door(service, Eternal)


@in_service(breaks="ELAN-AUTH-009", status=(401, 403))
def any_scope_opens(service: Api) -> Api:
    """A token with another scope opens the API."""

    class Scopeless(Authorisation):
        def _claims(self, authorization: str | None) -> Mapping[str, Any]:
            claims = super()._claims(authorization)
            return {**claims, "scope": "skatteetaten:utleggsbegjaering skatteetaten:utleggstrekkbeslutningkommune"}

    return with_door(service, Scopeless)


@in_service(breaks="ELAN-AUTH-010", status=(401, 403))
def a_scope_is_found_anywhere_in_the_text(service: Api) -> Api:
    """A scope is matched as a substring, so a longer scope also opens the API."""

    class Substring(Authorisation):
        def _claims(self, authorization: str | None) -> Mapping[str, Any]:
            claims = super()._claims(authorization)
            is_inside = "skatteetaten:utleggsbegjaering" in str(claims.get("scope", ""))
            return {**claims, "scope": "skatteetaten:utleggsbegjaering"} if is_inside else claims

    return with_door(service, Substring)


@in_service(breaks="ELAN-AUTH-012", remembers=True)
def a_token_serves_one_call(service: Api) -> Api:
    """The second call with a token is refused, as is every later one."""
    used: set[str] = set()

    class Once(Authorisation):
        def _claims(self, authorization: str | None) -> Mapping[str, Any]:
            claims = super()._claims(authorization)
            name = str(claims.get("jti"))
            if name in used:
                raise UNAUTHENTICATED
            used.add(name)
            return claims

    return with_door(service, Once)


@in_service(breaks="ELAN-AUTH-013")
def an_unspecified_audience_is_refused(service: Api) -> Api:
    """A token whose `aud` is "unspecified" is refused."""

    class Particular(Authorisation):
        def _ensure_valid(self, claims: Mapping[str, Any]) -> None:
            super()._ensure_valid(claims)
            if "aud" in claims:
                raise UNAUTHENTICATED

    return with_door(service, Particular)


@in_service(breaks="ELAN-AUTH-014")
def unknown_claims_are_refused(service: Api) -> Api:
    """A token with an unknown claim is refused."""
    known = {"authorization_details", "scope", "iss", "client_amr", "token_type", "exp", "iat", "nbf", "client_id"}
    known |= {"jti", "consumer", "supplier", "delegation_source", "aud", "pid"}

    class Closed(Authorisation):
        def _ensure_valid(self, claims: Mapping[str, Any]) -> None:
            super()._ensure_valid(claims)
            if claims.keys() - known:
                raise UNAUTHENTICATED

    return with_door(service, Closed)


@in_service(breaks="ELAN-AUTH-019")
def the_supplier_decides(service: Api) -> Api:
    """With a delegated token, the supplier is taken for the sender."""

    class SupplierFirst(Authorisation):
        def _claims(self, authorization: str | None) -> Mapping[str, Any]:
            claims = super()._claims(authorization)
            return {**claims, "consumer": claims.get("supplier", claims["consumer"])}

    return with_door(service, SupplierFirst)


@in_service(breaks="ELAN-AUTH-022", status=(401, 403))
def system_users_need_no_right(service: Api) -> Api:
    """A system user without a right to the resource is accepted."""

    class Rightless(Authorisation):
        def _customer(self, details: object) -> str:
            first = details[0] if isinstance(details, list) and details else {}
            owner = first.get("systemuser_org", {}) if isinstance(first, dict) else {}
            try:
                return super()._customer(details)
            except Refused:
                if not str(owner.get("ID", "")).startswith("0192:"):
                    raise
                return str(owner["ID"]).removeprefix("0192:")

    return with_door(service, Rightless)


@in_service(breaks="ELAN-SENDER-001")
def a_plain_token_opens_nothing(service: Api) -> Api:
    """An organisation cannot submit for itself: only system users are accepted."""

    class SystemUsersOnly(Authorisation):
        def caller(self, authorization: str | None, scopes: frozenset[str]) -> Caller:
            found = super().caller(authorization, scopes)
            if "authorization_details" not in self._claims(authorization):
                raise FORBIDDEN
            return found

    return with_door(service, SystemUsersOnly)


@in_service(breaks="ELAN-SENDER-002")
def system_users_open_nothing(service: Api) -> Api:
    """A vendor cannot submit for its customer: system users are refused."""

    class NoSystemUsers(Authorisation):
        def _customer(self, details: object) -> str:  # noqa: ARG002 - one signature
            raise FORBIDDEN

    return with_door(service, NoSystemUsers)


@in_service(breaks="ELAN-SENDER-003", told=("INNSENDER_SAMSVARER_IKKE_MED_AUTENTISERING",))
def a_plain_token_sends_for_customers(service: Api) -> Api:
    """A plain token can submit for any sender in the request who has a system user."""
    customers = {user.customer for user in service.world.people.system_users.all}
    healthy = next(each.handler for each in service.operations if each.name == "opprettBegjaering")

    async def submit(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        body = await request.body()
        named = next((each for each in customers if f'"{each}"' in _sender_part(body)), None)
        return await healthy(office, Caller(named) if named else caller, request, varying)

    return with_handler(service, "opprettBegjaering", submit)


def _sender_part(body: bytes) -> str:
    try:
        return json.dumps(json.loads(body)["innsender"]["innsender"])
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""


@in_service(breaks="ELAN-SENDER-004")
def a_system_user_sends_for_its_vendor(service: Api) -> Api:
    """The vendor that owns the client is taken for the sender, instead of its customer."""

    class VendorFirst(Authorisation):
        def caller(self, authorization: str | None, scopes: frozenset[str]) -> Caller:
            super().caller(authorization, scopes)
            return Caller(str(self._claims(authorization)["consumer"]["ID"]).removeprefix("0192:"))

    return with_door(service, VendorFirst)


@in_service(breaks="ELAN-HEADER-001")
def tracing_headers_are_required(service: Api) -> Api:
    """A call without KlientId, Korrelasjonsid and Meldingsid is refused."""
    knobs = OtherKnobs(service.world.knobs, {"elan-headers": "required"})
    return replace(service, world=replace(service.world, knobs=knobs))


@in_call(breaks="ELAN-HEADER-002")
def the_name_of_a_client_is_refused(healthy: Handler) -> Handler:
    """A call with KlientId is refused, because the service expects the header under another name."""

    async def answer(request: Request) -> Response:
        if "klientid" in request.headers:
            return JSONResponse({"type": "about:blank", "status": 400}, 400)
        return await healthy(request)

    return answer
