"""A grant is valid for 120 seconds at most, and expires after it was issued."""

from collections.abc import Iterator

from harness.contract.client_calls import Calls
from harness.contract.client_checks import ClientBreach

LONGEST = 120
"""Seconds (docs.digdir.no, maskinporten_protocol_jwtgrant, 2025-08)."""


def applies(calls: Calls) -> bool:
    return bool(calls.grants)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    for call, grant in calls.grants:
        issued, ends = grant.moment("iat"), grant.moment("exp")
        if issued is None or ends is None:
            yield ClientBreach("no iat or exp", "iat and exp as numbers", "none that is a number", call)
        elif not 0 < ends - issued <= LONGEST:
            yield ClientBreach("lifetime", f"exp - iat of at most {LONGEST} s", f"{ends - issued:g} s", call)
