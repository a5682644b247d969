"""A period begins before it ends, and is at most one year long."""

import datetime
from collections.abc import Iterator
from urllib.parse import parse_qsl

from harness.contract.client_calls import Calls, ClientCall
from harness.contract.client_checks import ClientBreach

FROM, TO = "fraOgMed", "tilOgMed"
LONGEST = 366
"""Days, both ends included. The documentation says a year, but not whether 365 days or a leap year's 366."""


def applies(calls: Calls) -> bool:
    return any(_period(call) for call in calls.own)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    for call in calls.own:
        period = _period(call)
        if period is None:
            continue
        first, last = period
        if last < first:
            yield ClientBreach("a period that ends before it begins", f"{FROM} before {TO}", f"{FROM} after {TO}", call)
        elif (last - first).days + 1 > LONGEST:
            yield ClientBreach(
                "a period of more than a year", "at most one year", f"{(last - first).days + 1} days", call
            )


def _period(call: ClientCall) -> tuple[datetime.date, datetime.date] | None:
    sent = dict(parse_qsl(call.request.parts.query))
    try:
        return datetime.date.fromisoformat(sent[FROM]), datetime.date.fromisoformat(sent[TO])
    except (KeyError, ValueError):
        return None
