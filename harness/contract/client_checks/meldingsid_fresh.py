"""A Meldingsid is a UUID, and new for each message."""

import re
from collections.abc import Iterator

from harness.contract.client_calls import Calls, ClientCall
from harness.contract.client_checks import ClientBreach

NAME = "meldingsid"
UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")


def applies(calls: Calls) -> bool:
    return any(call.request.header(NAME) and call.tells(NAME) for call in calls.own)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    """A repetition of the same call carries the same message, and may repeat its id."""
    used: dict[str, ClientCall] = {}
    for call in calls.earlier:
        used.setdefault(call.request.header(NAME) or "", call)
    for call in calls.own:
        sent = call.request.header(NAME)
        if not sent or not call.tells(NAME):
            continue
        if not UUID.fullmatch(sent):
            yield ClientBreach("Meldingsid is not a UUID", "a UUID", "another form", call)
        elif sent in used and not used[sent].is_repeated_by(call):
            yield ClientBreach("Meldingsid used twice", "a new one for each message", "one of an earlier call", call)
        used.setdefault(sent, call)
