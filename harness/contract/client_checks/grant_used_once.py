"""A grant is used once: each token request has a new `jti`, even a repeated one."""

from collections.abc import Iterator

from harness.contract.client_calls import Calls
from harness.contract.client_checks import ClientBreach


def applies(calls: Calls) -> bool:
    return any("jti" in grant.claims for _, grant in calls.grants)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    used = {_jti(call.grant.claims) for call in calls.earlier if call.grant is not None and "jti" in call.grant.claims}
    for call, grant in calls.grants:
        if "jti" not in grant.claims:
            continue
        if _jti(grant.claims) in used:
            yield ClientBreach("jti used twice", "a new jti in every grant", "the jti of an earlier grant", call)
        used.add(_jti(grant.claims))


def _jti(claims: object) -> str:
    return str(claims.get("jti")) if isinstance(claims, dict) else ""
