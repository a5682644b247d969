"""The `aud` of a grant is exactly the issuer's identifier, and nothing else."""

from collections.abc import Iterator

from harness.contract.client_calls import Calls
from harness.contract.client_checks import ClientBreach


def applies(calls: Calls) -> bool:
    return bool(calls.grants)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    for call, grant in calls.grants:
        aud = grant.claims.get("aud")
        if aud == calls.around.issuer:
            continue
        if aud == calls.around.token_endpoint:
            yield ClientBreach("aud is the token endpoint", f"aud {calls.around.issuer}", f"aud {aud}", call)
        elif isinstance(aud, list):
            yield ClientBreach("aud is a list", f"aud {calls.around.issuer} as one text", "a list", call)
        else:
            yield ClientBreach("aud is another", f"aud {calls.around.issuer}", f"aud {aud!r}", call)
