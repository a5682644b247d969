"""A grant is signed with RS256, RS384 or RS512."""

from collections.abc import Iterator

from harness.contract.client_calls import Calls
from harness.contract.client_checks import ClientBreach

TAKEN = ("RS256", "RS384", "RS512")
"""docs.digdir.no, maskinporten_protocol_jwtgrant, 2025-08."""


def applies(calls: Calls) -> bool:
    return bool(calls.grants)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    for call, grant in calls.grants:
        if grant.header.get("alg") not in TAKEN:
            yield ClientBreach("algorithm", " or ".join(TAKEN), f"alg {grant.header.get('alg')!r}", call)
