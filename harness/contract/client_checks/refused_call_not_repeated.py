"""What was refused for what it asks (4xx) is not sent again unchanged within some seconds."""

from collections.abc import Iterator

from harness.contract.client_calls import Calls
from harness.contract.client_checks import ClientBreach

SOON = 10
"""Seconds. A person who tries once more takes longer."""

OTHERWISE = frozenset({401, 408, 425, 429})
"""401 is answered by a new token; the others ask for another try."""

MEASURES_TIME = True


def applies(calls: Calls) -> bool:
    return any(400 <= call.status < 500 and call.status not in OTHERWISE for call in calls.own_ever)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    for call in calls.own:
        for earlier in calls.known_before(call):
            refused = 400 <= earlier.status < 500 and earlier.status not in OTHERWISE
            if refused and earlier.is_repeated_by(call) and call.arrived - earlier.ended < SOON:
                yield ClientBreach(
                    f"repeated after {earlier.status}", "a refused call is reported", "the same call once more", call
                )
                break
