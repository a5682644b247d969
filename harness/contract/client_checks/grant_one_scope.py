"""A grant requests one scope: a token for two APIs grants more access than the call needs."""

from collections.abc import Iterator

from harness.contract.client_calls import Calls
from harness.contract.client_checks import ClientBreach


def applies(calls: Calls) -> bool:
    return bool(calls.grants)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    for call, grant in calls.grants:
        if not grant.scopes:
            yield ClientBreach("no scope", "one scope, as a text", "none", call)
        elif len(grant.scopes) > 1:
            yield ClientBreach("several scopes", "one scope", f"{len(grant.scopes)} scopes", call)
