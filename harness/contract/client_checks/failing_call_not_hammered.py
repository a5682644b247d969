"""A failing call is retried a few times at most, after growing pauses."""

from collections.abc import Iterator

from harness.contract.client_calls import Calls, ClientCall
from harness.contract.client_checks import ClientBreach

SHORTEST = 0.1
"""Seconds before the first repetition: less is not a pause."""

MOST = 6
"""Failed attempts at the same call within a minute; no number is published, and common libraries give up earlier."""

WINDOW = 60

MEASURES_TIME = True


def applies(calls: Calls) -> bool:
    return any(_failed(call) for call in calls.own)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    for call in calls.own:
        row = _row_before(calls, call)
        if not row:
            continue
        pause = call.arrived - row[0].ended
        # Many HTTP libraries retry once by themselves, without a pause, after losing a connection.
        is_new_connection = len(row) == 1 and row[0].status == 0
        if pause < SHORTEST and not is_new_connection:
            yield ClientBreach("no pause", f"a pause of at least {SHORTEST} s", f"{max(0.0, pause):.3f} s", call)
        elif len(row) > 1 and pause < 0.6 * (row[0].arrived - row[1].ended):
            yield ClientBreach("pauses do not grow", "a longer pause each time", "a shorter one", call)
        if len(row) >= MOST:
            yield ClientBreach("hammered", f"at most {MOST} tries in a minute", f"{len(row) + 1} tries", call)


def _row_before(calls: Calls, call: ClientCall) -> list[ClientCall]:
    """The failed attempts at the same call right before it, newest first."""
    row: list[ClientCall] = []
    for other in calls.known_before(call):
        if other.service != call.service or not other.is_repeated_by(call):
            continue
        if not _failed(other) or call.arrived - other.arrived > WINDOW:
            break
        row.append(other)
    return row


def _failed(call: ClientCall) -> bool:
    """Whether there was no answer, or one that says the server is busy or failed."""
    return call.status == 0 or call.status == 429 or call.status >= 500
