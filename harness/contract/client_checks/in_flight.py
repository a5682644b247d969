"""A client has at most five calls in flight at a time, per API and calling organisation."""

from collections.abc import Iterator

from harness.contract.client_calls import Calls
from harness.contract.client_checks import ClientBreach

FAIR = 5
"""API documentation, Bruk, 2022-11-01."""

MEASURES_TIME = True


def applies(calls: Calls) -> bool:
    return any(call.bearer is not None for call in calls.own)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    """Counted as the service saw them: a call ends there before the client has read the answer, so a sixth call is
    never reported wrongly."""
    for call in calls.own:
        beside = [other for other in calls.own_ever if other.arrived <= call.arrived < other.ended]
        if len(beside) > FAIR:
            yield ClientBreach(
                "more than five calls in flight",
                f"at most {FAIR} calls in flight",
                f"{len(beside)} calls in flight",
                call,
            )
