"""A refused grant is not repeated: within a minute the same claims are refused for the same reason."""

from collections.abc import Iterator

from harness.contract.client_calls import Calls
from harness.contract.client_checks import ClientBreach

SOON = 60
"""Seconds. A person who has fixed something in between needs longer."""

MEASURES_TIME = True


def applies(calls: Calls) -> bool:
    return any(call.is_token_request and 400 <= call.status < 500 and call.status != 429 for call in calls.all)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    for call, grant in calls.grants:
        for earlier in calls.known_before(call):
            is_refusal = earlier.grant is not None and 400 <= earlier.status < 500 and earlier.status != 429
            if not is_refusal or earlier.grant is None or earlier.task != call.task:
                continue
            if call.arrived - earlier.ended < SOON and _reads_alike(dict(earlier.grant.claims), dict(grant.claims)):
                yield ClientBreach(
                    "a refused grant repeated", "no repetition of a refused request", "the same request again", call
                )
                break


def _reads_alike(one: dict[str, object], other: dict[str, object]) -> bool:
    fresh = {"jti", "iat", "exp"}
    return {name: one[name] for name in one.keys() - fresh} == {name: other[name] for name in other.keys() - fresh}
