"""A resource that is polled until it changes is polled with pauses."""

from collections.abc import Iterator
from itertools import pairwise

from harness.contract.client_calls import Calls, ClientCall
from harness.contract.client_checks import ClientBreach

SHORTEST = 0.5
"""Seconds between two polls. No number is published; less is a busy loop."""

FEW = 2
"""Polls in a row that may follow more closely: a person clicks twice."""

MEASURES_TIME = True


def applies(calls: Calls) -> bool:
    return any(_looks_before(calls, call) for call in calls.own)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    for call in calls.own:
        row = [call, *_looks_before(calls, call)]
        close = [later for later, earlier in pairwise(row) if later.arrived - earlier.ended < SHORTEST]
        if len(close) >= FEW and len(row) > FEW and row[0] in close:
            yield ClientBreach(
                "polled without pauses", f"a pause of {SHORTEST} s", "shorter pauses, several times in a row", call
            )


def _looks_before(calls: Calls, call: ClientCall) -> list[ClientCall]:
    """The answered GETs of the same address in the minute before this one, newest first."""
    if call.request.method != "GET":
        return []
    return [
        other
        for other in calls.known_before(call)
        if other.is_repeated_by(call) and 200 <= other.status < 300 and call.arrived - other.arrived < 60
    ][:5]
