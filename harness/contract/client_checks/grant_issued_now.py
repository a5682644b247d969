"""A grant is made when it is used: its `iat` is the current time within ten seconds."""

from collections.abc import Iterator

from harness.contract.client_calls import Calls
from harness.contract.client_checks import ClientBreach

TOLERANCE = 10
"""Seconds (docs.digdir.no, maskinporten_protocol_jwtgrant, 2025-08)."""

MEASURES_TIME = True


def applies(calls: Calls) -> bool:
    return bool(calls.grants)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    """By the machine's clock: the client cannot know that the service's was moved forward."""
    for call, grant in calls.grants:
        issued = grant.moment("iat")
        if issued is not None and abs(call.arrived - issued) > TOLERANCE:
            apart = round(issued - call.arrived)
            yield ClientBreach("iat is not now", f"iat within {TOLERANCE} s of the call", f"{apart:+} s", call)
