"""Tokens that are accepted although they must not be, or refused although they are valid."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response

from harness.sandbox.faults.answer import Answer, Call
from harness.sandbox.faults.fault import Handler, in_answer, in_call, in_service
from harness.sandbox.kravogbetalinger.authorisation import SCOPE, Rule, Visit, ensure_scope
from harness.sandbox.kravogbetalinger.errors import Refused
from harness.sandbox.kravogbetalinger.faults.reading import with_door
from harness.sandbox.kravogbetalinger.routes import KravOgBetalinger
from harness.sandbox.maskinporten.tokens import Claims, bearer_token, ensure_issuer, ensure_not_expired
from harness.sandbox.population import VENDOR

FAR_FUTURE = 4_000_000_000


def anybody(service: KravOgBetalinger) -> Claims:
    """The claims of a plain, valid token of the vendor."""
    return {
        "iss": service.door.issuer,
        "exp": FAR_FUTURE,
        "scope": SCOPE,
        "token_type": "Bearer",
        "consumer": {"authority": "iso6523-actorid-upis", "ID": f"0192:{VENDOR}"},
    }


def part(token: str, number: int) -> dict[str, Any]:
    """A part of a token, decoded without checking the signature; empty if it cannot be read."""
    try:
        text = token.split(".")[number]
        read = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, IndexError):
        return {}
    return read if isinstance(read, dict) else {}


def unverified(service: KravOgBetalinger, lets_through: Callable[[dict[str, Any]], bool]) -> KravOgBetalinger:
    """Trusts tokens without verification if their header qualifies."""

    def verify(token: str) -> Claims:
        return part(token, 1) if lets_through(part(token, 0)) else service.door.verify(token)

    return with_door(service, verify=verify)


def with_scope_rule(service: KravOgBetalinger, holds: Callable[[str], bool]) -> KravOgBetalinger:
    """Compares scopes differently."""

    def ensure(visit: Visit) -> None:
        if not holds(str(visit.claims.get("scope", ""))):
            raise Refused("DAS-008", "Tokenet gir ikke tilgang til dette API-et.")

    rules = tuple(ensure if rule is ensure_scope else rule for rule in service.door.token_rules)
    return with_door(service, token_rules=rules)


def with_another_rule(service: KravOgBetalinger, rule: Rule) -> KravOgBetalinger:
    return with_door(service, token_rules=(*service.door.token_rules, rule))


@in_service(breaks="KOB-AUTH-001")
def no_token_opens(service: KravOgBetalinger) -> KravOgBetalinger:
    """A call without an Authorization header is served."""
    return with_door(
        service,
        token=lambda header: bearer_token(header) if header else "",
        verify=lambda token: service.door.verify(token) if token else anybody(service),
    )


@in_service(breaks="KOB-AUTH-002")
def any_text_opens(service: KravOgBetalinger) -> KravOgBetalinger:
    """A bearer token that is not a JWT is accepted as valid."""

    def token(header: str | None) -> str:
        scheme, _, text = (header or "").partition(" ")
        return text if scheme.lower() == "bearer" and text else bearer_token(header)

    def verify(text: str) -> Claims:
        return service.door.verify(text) if part(text, 0) else anybody(service)

    return with_door(service, token=token, verify=verify)


@in_service(breaks="KOB-AUTH-027")
def any_scheme_opens(service: KravOgBetalinger) -> KravOgBetalinger:
    """The scheme before the token is ignored."""
    return with_door(service, token=lambda header: bearer_token(f"Bearer {(header or '').rpartition(' ')[2]}"))


@in_service(breaks="KOB-AUTH-003")
def signature_not_verified(service: KravOgBetalinger) -> KravOgBetalinger:
    """A token whose kid is known is accepted, whatever its signature."""

    def known(header: dict[str, Any]) -> bool:
        return header.get("kid") in {key.kid for key in service.world.issuer.keys} and header.get("alg") == "RS256"

    return unverified(service, known)


@in_service(breaks="KOB-AUTH-004")
def unknown_key_accepted(service: KravOgBetalinger) -> KravOgBetalinger:
    """A token whose kid is not in the JWKS is accepted."""

    def unknown(header: dict[str, Any]) -> bool:
        known = {key.kid for key in service.world.issuer.keys}
        return header.get("alg") == "RS256" and header.get("kid") not in known

    return unverified(service, unknown)


@in_service(breaks="KOB-AUTH-005")
def unsigned_token_accepted(service: KravOgBetalinger) -> KravOgBetalinger:
    """A token with alg none is accepted."""
    return unverified(service, lambda header: str(header.get("alg", "")).lower() == "none")


@in_service(breaks="KOB-AUTH-006")
def symmetric_token_accepted(service: KravOgBetalinger) -> KravOgBetalinger:
    """The key is used with the alg that the token names: HS256 with the public key passes."""
    return unverified(service, lambda header: header.get("alg") == "HS256")


@in_service(breaks="KOB-AUTH-007")
def issuer_not_checked(service: KravOgBetalinger) -> KravOgBetalinger:
    """Any iss is accepted."""
    return replace(service, door=service.door.without(ensure_issuer))


@in_service(breaks="KOB-AUTH-007")
def issuer_compared_by_its_beginning(service: KravOgBetalinger) -> KravOgBetalinger:
    """iss only has to start with the issuer's name."""

    def ensure(visit: Visit) -> None:
        begins, issuer = str(visit.claims.get("iss", "")), visit.issuer.rstrip("/")
        if not (begins and (begins.startswith(issuer) or issuer.startswith(begins))):
            raise Refused("KB-004", "Tokenet er utstedt av en annen.")

    rules = tuple(ensure if rule is ensure_issuer else rule for rule in service.door.token_rules)
    return with_door(service, token_rules=rules)


@in_service(breaks="KOB-AUTH-007")
def slash_of_the_issuer_left_out(service: KravOgBetalinger) -> KravOgBetalinger:
    """iss is compared without its trailing slash, which is part of the issuer's name."""

    def ensure(visit: Visit) -> None:
        if str(visit.claims.get("iss", "")).rstrip("/") != visit.issuer.rstrip("/"):
            raise Refused("KB-004", "Tokenet er utstedt av en annen.")

    rules = tuple(ensure if rule is ensure_issuer else rule for rule in service.door.token_rules)
    return with_door(service, token_rules=rules)


@in_service(breaks="KOB-AUTH-008")
def expired_token_accepted(service: KravOgBetalinger) -> KravOgBetalinger:
    """exp is ignored."""
    return replace(service, door=service.door.without(ensure_not_expired))


@in_service(breaks="KOB-AUTH-008")
def five_minutes_of_grace(service: KravOgBetalinger) -> KravOgBetalinger:
    """A token is accepted until five minutes after exp, the default leeway of some libraries."""

    def ensure(visit: Visit) -> None:
        expires = visit.claims.get("exp")
        if not isinstance(expires, int | float) or expires + 300 <= visit.now.timestamp():
            raise Refused("KB-004", "Tokenet er utløpt.")

    rules = tuple(ensure if rule is ensure_not_expired else rule for rule in service.door.token_rules)
    return with_door(service, token_rules=rules)


@in_service(
    breaks="KOB-AUTH-024",
    remembers=True,
    # A run shows this only if a token expires before the run ends.
    seen_with=("--knob", "token-lifetime=2", "--latency", "30"),
)
def known_token_never_expires(service: KravOgBetalinger) -> KravOgBetalinger:
    """A token that was accepted once is accepted from then on."""
    good: set[str] = set()

    def ensure(visit: Visit) -> None:
        name = json.dumps([visit.claims.get("jti"), visit.claims.get("exp")])
        if name not in good:
            ensure_not_expired(visit)
            good.add(name)

    rules = tuple(ensure if rule is ensure_not_expired else rule for rule in service.door.token_rules)
    return with_door(service, token_rules=rules)


@in_service(breaks="KOB-AUTH-009")
def scope_not_checked(service: KravOgBetalinger) -> KravOgBetalinger:
    """Any token from the issuer opens the service."""
    return replace(service, door=service.door.without(ensure_scope))


@in_service(breaks="KOB-AUTH-012")
def scope_may_begin_alike(service: KravOgBetalinger) -> KravOgBetalinger:
    """A scope that merely starts with the API's is enough."""
    return with_scope_rule(service, lambda scope: any(word.startswith(SCOPE) for word in scope.split(" ")))


@in_service(breaks="KOB-AUTH-012")
def scope_may_be_a_part(service: KravOgBetalinger) -> KravOgBetalinger:
    """A scope that is a prefix of the API's is enough."""
    return with_scope_rule(service, lambda scope: any(word and SCOPE.startswith(word) for word in scope.split(" ")))


@in_service(breaks="KOB-AUTH-012")
def scope_may_be_within(service: KravOgBetalinger) -> KravOgBetalinger:
    """The API's scope is searched for anywhere in the scope string, even inside a longer scope."""
    return with_scope_rule(service, lambda scope: SCOPE in scope)


@in_service(breaks="KOB-AUTH-012")
def scopes_parted_by_commas(service: KravOgBetalinger) -> KravOgBetalinger:
    """Scopes joined by commas are split."""
    return with_scope_rule(service, lambda scope: SCOPE in scope.replace(",", " ").split())


@in_service(breaks="KOB-AUTH-020")
def only_scope_counts(service: KravOgBetalinger) -> KravOgBetalinger:
    """A token with another scope besides the API's is refused."""
    return with_scope_rule(service, lambda scope: scope == SCOPE)


@in_service(breaks="KOB-AUTH-020")
def first_scope_counts(service: KravOgBetalinger) -> KravOgBetalinger:
    """The API's scope must come first."""
    return with_scope_rule(service, lambda scope: scope.split(" ")[0] == SCOPE)


@in_service(breaks="KOB-AUTH-010", remembers=True)
def token_serves_once(service: KravOgBetalinger) -> KravOgBetalinger:
    """The second call with a token is refused."""
    used: set[object] = set()

    def ensure(visit: Visit) -> None:
        name = visit.claims.get("jti")
        if name in used:
            raise Refused("KB-004", "Tokenet er brukt.")
        used.add(name)

    return with_another_rule(service, ensure)


@in_service(breaks="KOB-AUTH-015")
def audience_demanded(service: KravOgBetalinger) -> KravOgBetalinger:
    """A token without aud is refused."""

    def ensure(visit: Visit) -> None:
        if "aud" not in visit.claims:
            raise Refused("KB-004", "Tokenet mangler aud.")

    return with_another_rule(service, ensure)


@in_service(breaks="KOB-AUTH-015")
def unspecified_audience_refused(service: KravOgBetalinger) -> KravOgBetalinger:
    """A token whose aud is `unspecified` is refused."""

    def ensure(visit: Visit) -> None:
        if visit.claims.get("aud") == "unspecified":
            raise Refused("KB-004", "Tokenet er utstedt for et annet API.")

    return with_another_rule(service, ensure)


@in_service(breaks="KOB-AUTH-018")
def unknown_claim_refused(service: KravOgBetalinger) -> KravOgBetalinger:
    """A token with an unknown claim is refused."""
    known = {"iss", "exp", "iat", "nbf", "jti", "aud", "scope", "consumer", "supplier", "delegation_source", "pid"}
    known |= {"client_id", "client_amr", "token_type", "authorization_details"}

    def ensure(visit: Visit) -> None:
        if visit.claims.keys() - known:
            raise Refused("KB-004", "Tokenet har ukjent innhold.")

    return with_another_rule(service, ensure)


@in_service(breaks="KOB-AUTH-021")
def token_read_from_the_url(service: KravOgBetalinger) -> KravOgBetalinger:
    """A token in the query parameter access_token opens the service."""
    return replace(service, credentials=lambda request: request.headers.get("authorization") or _in_query(request))


def _in_query(request: Any) -> str | None:  # noqa: ANN401 - starlette's Request
    token = request.query_params.get("access_token")
    return f"Bearer {token}" if token else None


@in_call(breaks="KOB-AUTH-021")
def token_read_from_the_body(healthy: Handler) -> Handler:
    """A token in the form field access_token opens the service."""

    async def answer(request: Request) -> Response:
        token = parse_qs((await request.body()).decode("latin-1")).get("access_token", [""])[0]
        if token and "authorization" not in request.headers:
            headers = [*request.scope["headers"], (b"authorization", f"Bearer {token}".encode("latin-1"))]
            request = Request({**request.scope, "headers": headers}, request.receive)
        return await healthy(request)

    return answer


@in_answer(breaks="KOB-AUTH-023", status=401)
def head_opens_without_a_token(answer: Answer, call: Call) -> Answer:
    """HEAD without a token is answered with 200."""
    if call.method != "HEAD" or call.headers.get("authorization"):
        return answer
    return answer.with_status(200).with_header("Content-Type", "application/json")
