"""A token is reused until it expires: N calls need one token, not N."""

from collections.abc import Iterator

from harness.contract.client_calls import Calls, ClientCall
from harness.contract.client_checks import ClientBreach

EARLY = 61
"""Seconds before its expiry from which a token may be replaced: Spring Security uses 60 (clockSkew, 2026), Altinn's own
client 30, others 10. A token with a shorter lifetime is useless to a client that keeps such a margin."""

MEASURES_TIME = True


def applies(calls: Calls) -> bool:
    return any(call.grant is not None for call in calls.new) or _calls_with_one_token(calls)


def _calls_with_one_token(calls: Calls) -> bool:
    return any(call.bearer is not None for call in calls.new)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    for call, grant in calls.grants:
        issued = (other for other in calls.before(call) if other.issued is not None and other.grant is not None)
        newest = next((other for other in issued if other.grant and other.grant.subject == grant.subject), None)
        if newest is not None and _makes_needless(newest, call, calls):
            yield ClientBreach(
                "a token too many", "the token that is still valid", "another token for the same purpose", call
            )


def _makes_needless(earlier: ClientCall, call: ClientCall, calls: Calls) -> bool:
    """Whether the earlier answer had already brought a token for the same purpose, still valid and not refused."""
    token = earlier.issued
    if token is None or earlier.epoch != call.epoch:
        return False
    ends = token.moment("exp")
    if ends is None:
        return False
    is_good = earlier.ended < call.arrived and call.arrived + call.ahead < ends - EARLY
    refused = any(
        other.status == 401 and other.bearer is not None and other.bearer.raw == token.raw
        for other in calls.before(call)
    )
    return is_good and not refused
