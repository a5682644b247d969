"""A token is not used after it has expired."""

from collections.abc import Iterator

from harness.contract.client_calls import Calls
from harness.contract.client_checks import ClientBreach

LEEWAY = 2
"""Seconds that a call may have been in transit."""

MEASURES_TIME = True


def applies(calls: Calls) -> bool:
    return any(call.bearer is not None for call in calls.to_apis)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    """By the machine's clock: the client cannot know that the service's was moved forward."""
    for call in calls.to_apis:
        ends = call.bearer.moment("exp") if call.bearer else None
        if ends is not None and call.arrived > ends - _ahead_when_issued(calls, call.bearer) + LEEWAY:
            yield ClientBreach("expired token used", "a token that is still valid", "an expired token", call)


def _ahead_when_issued(calls: Calls, token: object) -> float:
    """How far the issuer's clock was ahead of the machine's when it made a token."""
    issued = (call for call in calls.all if call.issued is not None and call.issued == token)
    return next((call.ahead for call in issued), 0.0)
