"""Every call carries a Korrelasjonsid, so that support can find it."""

from collections.abc import Iterator

from harness.contract.client_calls import Calls
from harness.contract.client_checks import ClientBreach


def applies(calls: Calls) -> bool:
    return any(call.has_headers for call in calls.own)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    for call in calls.own:
        if call.has_headers and not call.request.header("korrelasjonsid"):
            yield ClientBreach("no Korrelasjonsid", "a Korrelasjonsid with each call", "none", call)
