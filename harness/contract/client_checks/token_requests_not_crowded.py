"""At most one token request per purpose is in flight: when a token expires, all callers wait for the same new one."""

from collections.abc import Iterator

from harness.contract.client_calls import Calls
from harness.contract.client_checks import ClientBreach

MEASURES_TIME = True


def applies(calls: Calls) -> bool:
    return bool(calls.grants)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    for call, grant in calls.grants:
        beside = [
            other
            for other in calls.before(call)
            if other.grant is not None and other.grant.subject == grant.subject and other.overlaps(call)
        ]
        if beside:
            yield ClientBreach(
                "several token requests in flight", "one token request at a time", f"{len(beside) + 1} in flight", call
            )
