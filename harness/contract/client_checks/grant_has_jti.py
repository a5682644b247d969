"""A grant has a `jti`, which distinguishes it from a replay."""

from collections.abc import Iterator

from harness.contract.client_calls import Calls
from harness.contract.client_checks import ClientBreach


def applies(calls: Calls) -> bool:
    return bool(calls.grants)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    for call, grant in calls.grants:
        if not isinstance(grant.claims.get("jti"), str) or not grant.claims["jti"]:
            yield ClientBreach("no jti", "a jti in the grant", "none that is a text", call)
