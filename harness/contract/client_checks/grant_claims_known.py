"""A grant has only claims that the protocol defines."""

from collections.abc import Iterator

from harness.contract.client_calls import Calls
from harness.contract.client_checks import ClientBreach

KNOWN = frozenset(
    {
        *("aud", "iss", "iat", "exp", "jti", "scope", "resource", "pid"),
        *("consumer_org", "iss_onbehalfof", "authorization_details"),
    }
)
"""docs.digdir.no, maskinporten_protocol_jwtgrant, 2025-08."""


def applies(calls: Calls) -> bool:
    return bool(calls.grants)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    for call, grant in calls.grants:
        for name in sorted(grant.claims.keys() - KNOWN):
            shown = name if name in {"sub", "nbf", "client_id"} else "another claim"
            yield ClientBreach(f"unknown claim: {shown}", "only the claims of the protocol", f"also {name}", call)
