"""Every call, even a repeated one, has a new Korrelasjonsid."""

from collections.abc import Iterator

from harness.contract.client_calls import Calls
from harness.contract.client_checks import ClientBreach

NAME = "korrelasjonsid"


def applies(calls: Calls) -> bool:
    return any(call.request.header(NAME) and call.tells(NAME) for call in calls.own)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    used = {call.request.header(NAME) for call in calls.earlier}
    for call in calls.own:
        sent = call.request.header(NAME)
        if sent and sent in used and call.tells(NAME):
            yield ClientBreach("Korrelasjonsid used twice", "a new one for each call", "one of an earlier call", call)
        used.add(sent)
