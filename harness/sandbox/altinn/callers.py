"""Who calls Altinn: consumer and supplier of a Maskinporten token, which Altinn's enterprise endpoints accept as is."""

from dataclasses import dataclass

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from starlette.requests import Request

from harness.sandbox.clock import Clock
from harness.sandbox.maskinporten.issuer import Issuer

SKEW = 10


@dataclass(frozen=True)
class Caller:
    """The organisation a call is made for, the supplier that makes it (if any), and the scopes."""

    consumer: str
    supplier: str | None
    scopes: frozenset[str]


@dataclass(frozen=True)
class Callers:
    """Identifies callers by the tokens of one issuer."""

    issuer: Issuer
    clock: Clock

    def of(self, request: Request) -> Caller | None:
        """The caller, or None if there is no usable token."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        try:
            keys = KeySet.import_key_set({"keys": [dict(key) for key in self.issuer.jwks["keys"]]})
            claims = jwt.decode(token, keys, algorithms=["RS256"]).claims
        except (JoseError, ValueError, TypeError, RecursionError):
            return None
        consumer = _number(claims.get("consumer"))
        if scheme.lower() != "bearer" or claims.get("iss") != self.issuer.name or consumer is None:
            return None
        if claims.get("exp", 0) + SKEW <= self.clock.timestamp():
            return None
        return Caller(consumer, _number(claims.get("supplier")), frozenset(str(claims.get("scope", "")).split()))


def _number(organisation: object) -> str | None:
    named = organisation.get("ID") if isinstance(organisation, dict) else None
    return named.removeprefix("0192:") if isinstance(named, str) else None
