"""A Meldingsid is a UUID, and new for each message."""

import re
from collections.abc import Iterator

from harness.contract.client_calls import Calls
from harness.contract.client_checks import ClientBreach

NAME = "meldingsid"
UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")


def applies(calls: Calls) -> bool:
    return any(call.request.header(NAME) for call in calls.own)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    used = {call.request.header(NAME) for call in calls.earlier}
    for call in calls.own:
        sent = call.request.header(NAME)
        if not sent:
            continue
        if not UUID.fullmatch(sent):
            yield ClientBreach("Meldingsid is not a UUID", "a UUID", "another form", call)
        elif sent in used:
            yield ClientBreach("Meldingsid used twice", "a new one for each message", "one of an earlier call", call)
        used.add(sent)
