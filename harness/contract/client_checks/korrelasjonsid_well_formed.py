"""A Korrelasjonsid is a UUID."""

import re
from collections.abc import Iterator

from harness.contract.client_calls import Calls
from harness.contract.client_checks import ClientBreach

NAME = "korrelasjonsid"
UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")


def applies(calls: Calls) -> bool:
    return any(call.request.header(NAME) is not None and call.tells(NAME) for call in calls.own)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    for call in calls.own:
        sent = call.request.header(NAME)
        if sent is not None and call.tells(NAME) and not UUID.fullmatch(sent):
            yield ClientBreach(
                "Korrelasjonsid is not a UUID", "a UUID", f"{len(sent)} characters of another form", call
            )
