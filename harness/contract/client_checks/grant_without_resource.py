"""A grant for Skatteetaten's APIs requests no audience: it has no `resource`."""

from collections.abc import Iterator

from harness.contract.client_calls import Calls
from harness.contract.client_checks import ClientBreach


def applies(calls: Calls) -> bool:
    return bool(calls.grants)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    for call, grant in calls.grants:
        if "resource" in grant.claims:
            yield ClientBreach("resource asked for", "no resource in the grant", "a grant with resource", call)
