"""A call refused for its content (4xx) is not sent again unchanged within a few seconds."""

from collections.abc import Iterator

from harness.contract.client_calls import Calls, ClientCall
from harness.contract.client_checks import ClientBreach

SOON = 10
"""Seconds. A person who tries again takes longer."""

OTHERWISE = frozenset({401, 408, 425, 429})
"""401 calls for a new token; the others ask for a retry."""

MEASURES_TIME = True


def applies(calls: Calls) -> bool:
    return any(_is_refused(call) for call in calls.own_ever)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    refused = [call for call in calls.all if _is_refused(call)]
    for call in calls.own:
        again = (
            earlier
            for earlier in reversed(refused)
            if earlier.arrived < call.arrived
            and 0 <= call.arrived - earlier.ended < SOON
            and earlier.is_repeated_by(call)
        )
        earlier = next(again, None)
        if earlier is not None:
            yield ClientBreach(
                f"repeated after {earlier.status}", "a refused call is reported", "the same call once more", call
            )


def _is_refused(call: ClientCall) -> bool:
    return 400 <= call.status < 500 and call.status not in OTHERWISE
