"""Whom a token acts for, and what a provider must check (auth dossier, section 6)."""

from collections.abc import Callable
from dataclasses import dataclass

from harness.sandbox.altinn.system_users import SystemUsers
from harness.sandbox.clock import Clock
from harness.sandbox.knobs import Knobs
from harness.sandbox.maskinporten.issuer import Issuer
from harness.sandbox.maskinporten.tokens import RULES, BadTokenError, Claims, Presented, bearer_token, organisation
from harness.sandbox.utleggsbegjaering.problem import Refused

SCOPE = "skatteetaten:utleggsbegjaering"
KOMMUNE_SCOPE = "skatteetaten:utleggstrekkbeslutningkommune"
SYSTEM_USER_RESOURCE = "ske-utleggsbegjaering"


@dataclass(frozen=True)
class Caller:
    """The organisation that a call is made for."""

    organisation: str


@dataclass
class Authorisation:
    """The provider's door."""

    issuer: Issuer
    system_users: SystemUsers
    clock: Clock
    knobs: Knobs
    verify: Callable[[str], Claims]

    def caller(self, authorization: str | None, scopes: frozenset[str]) -> Caller:
        """The organisation that the call is made for; raises Refused.

        It is the system user's organisation if there is one, otherwise the consumer. A supplier does not count.
        """
        claims = self._claims(authorization)
        if not scopes & set(str(claims.get("scope", "")).split(" ")):
            if self.knobs["elan-missing-scope"] == "401":
                raise _unauthenticated("Tokenet gjelder et annet API.")
            raise Refused(403, "XXX-005", "Tokenet gjelder et annet API.")
        details = claims.get("authorization_details")
        if details is None:
            return Caller(_organisation(claims.get("consumer")))
        return Caller(self._customer(details))

    def _claims(self, authorization: str | None) -> Claims:
        try:
            claims = self.verify(bearer_token(authorization))
        except BadTokenError as error:
            raise _unauthenticated(str(error)) from error
        self._ensure_valid(claims)
        return claims

    def _ensure_valid(self, claims: Claims) -> None:
        token = Presented(claims, self.issuer.name, self.clock.now())
        try:
            for ensure in RULES:
                ensure(token)
        except BadTokenError as error:
            raise _unauthenticated(str(error)) from error

    def _customer(self, details: object) -> str:
        detail = details[0] if isinstance(details, list) and len(details) == 1 else None
        if not isinstance(detail, dict) or detail.get("type") != "urn:altinn:systemuser":
            raise Refused(403, "XXX-005", "Tokenet gjelder ikke en systembruker.")
        customer = _organisation(detail.get("systemuser_org"))
        if not self.system_users.may(detail.get("systemuser_id"), customer, SYSTEM_USER_RESOURCE):
            raise Refused(403, "XXX-005", "Systembrukeren har ikke rettighet til tjenesten.")
        return customer


def _organisation(party: object) -> str:
    named = organisation(party)
    if named is None:
        raise _unauthenticated("Tokenet oppgir ikke hvem som spør.")
    return named


def _unauthenticated(detail: str) -> Refused:
    return Refused(401, "XXX-004", detail, headers={"WWW-Authenticate": "Bearer"})
