"""A call has the headers KlientId, Korrelasjonsid and Meldingsid."""

from collections.abc import Iterator

from harness.contract.client_calls import Calls
from harness.contract.client_checks import ClientBreach

NAMES = ("KlientId", "Korrelasjonsid", "Meldingsid")


def applies(calls: Calls) -> bool:
    return any(call.has_headers for call in calls.own)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    for call in calls.own:
        for name in NAMES:
            if call.has_headers and not call.request.header(name):
                yield ClientBreach(f"no {name}", ", ".join(NAMES), f"no {name}", call)
