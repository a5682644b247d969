"""What every provider checks in an access token (auth dossier, section 6; docs.digdir.no, 2024-2025).

Each check is a rule, a function that raises BadTokenError. Further checks are up to the provider.
"""

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from harness.sandbox.maskinporten.issuer import ALGORITHM, Issuer

SKEW = 10
"""Allowed clock difference in seconds."""

ORGANISATION = re.compile(r"0192:([0-9]{9})\Z", re.ASCII)

Claims = Mapping[str, Any]


class BadTokenError(Exception):
    """A token that no provider accepts. The text says why, in Norwegian like the services."""


@dataclass(frozen=True)
class Presented:
    """A token's claims, the issuer expected by the service, and the time."""

    claims: Claims
    issuer: str
    now: datetime.datetime

    @property
    def consumer(self) -> str:
        """The organisation that the token is for, without the register prefix, or empty."""
        consumer = self.claims.get("consumer")
        return str(consumer.get("ID", "")).removeprefix("0192:") if isinstance(consumer, dict) else ""


Rule = Callable[[Presented], None]


def organisation(party: object) -> str | None:
    """The number of an organisation in a token's notation; None for anything else."""
    named = ORGANISATION.match(str(party.get("ID", ""))) if isinstance(party, dict) else None
    return named and named.group(1)


def ensure_issuer(token: Presented) -> None:
    if token.claims.get("iss") != token.issuer:
        raise BadTokenError("Tokenet er utstedt av en annen.")


def ensure_not_expired(token: Presented) -> None:
    expires = token.claims.get("exp")
    if not isinstance(expires, int | float) or expires + SKEW <= token.now.timestamp():
        raise BadTokenError("Tokenet er utløpt.")


def ensure_begun(token: Presented) -> None:
    for name in ("iat", "nbf"):
        begins = token.claims.get(name, 0)
        if not isinstance(begins, int | float) or begins - SKEW > token.now.timestamp():
            raise BadTokenError("Tokenet gjelder ikke ennå.")


def ensure_audience(token: Presented) -> None:
    """A token requested without `resource` has no audience, or the audience `unspecified`."""
    if token.claims.get("aud", "unspecified") not in ("unspecified", ["unspecified"]):
        raise BadTokenError("Tokenet er utstedt for et annet API.")


def ensure_token_type(token: Presented) -> None:
    if token.claims.get("token_type", "Bearer") != "Bearer":
        raise BadTokenError("Tokenet har feil type.")


def ensure_consumer(token: Presented) -> None:
    if organisation(token.claims.get("consumer")) is None:
        raise BadTokenError("Tokenet oppgir ikke hvem som spør.")


RULES: tuple[Rule, ...] = (
    ensure_issuer,
    ensure_not_expired,
    ensure_begun,
    ensure_audience,
    ensure_token_type,
    ensure_consumer,
)


def bearer_token(authorization: str | None) -> str:
    """The token of an Authorization header; raises BadTokenError.

    The scheme's case does not matter (RFC 9110, section 11.1).
    """
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or token.count(".") != 2:
        raise BadTokenError("Kallet mangler et gyldig bearer-token.")
    return token


def verified_by(issuer: Issuer) -> Callable[[str], Claims]:
    """Returns a token's claims if a key in the issuer's JWKS document has signed it; raises BadTokenError."""
    cached: dict[tuple[str, ...], KeySet] = {}

    @lru_cache(maxsize=1_000)  # a token is used for many calls; refusals are not cached
    def verify(token: str) -> Claims:
        try:
            names = tuple(str(key.kid) for key in issuer.keys)
            if names not in cached:
                cached[names] = KeySet.import_key_set({"keys": [dict(key) for key in issuer.jwks["keys"]]})
            return jwt.decode(token, cached[names], algorithms=[ALGORITHM]).claims
        except (JoseError, ValueError, TypeError, AttributeError, RecursionError) as error:
            raise BadTokenError("Tokenets signatur kan ikke godtas.") from error

    return verify
