"""A call that changes something is not blindly repeated after its answer was lost or the server failed."""

from collections.abc import Iterator

from harness.contract.client_calls import Calls, ClientCall
from harness.contract.client_checks import ClientBreach

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
"""Methods that may be repeated safely (RFC 9110, 9.2.2)."""

SOON = 60

MEASURES_TIME = True


def applies(calls: Calls) -> bool:
    return any(_is_open(call) and _changes(calls, call) for call in calls.own_ever)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    for call in calls.own:
        if _changes(calls, call) and any(
            _is_open(other)
            and other.is_repeated_by(call)
            and call.arrived - other.arrived < SOON
            and not _asked_between(calls, other, call)
            for other in calls.known_before(call)
        ):
            yield ClientBreach(
                "a write repeated blindly", "a check of what became of the first", "the same write once more", call
            )


def _is_open(call: ClientCall) -> bool:
    """Whether it is unknown if a write took effect."""
    return call.request.method not in SAFE and (call.status == 0 or call.status in {500, 502, 504})


def _changes(calls: Calls, call: ClientCall) -> bool:
    """Whether a call creates or starts something, by its operation's documented answers (RFC 9110, 15.3.2 and 15.3.3).
    A look-up may also use POST."""
    operation = calls.operation_of(call)
    return operation is None or bool({"201", "202"} & {str(status) for status in operation.definition["responses"]})


def _asked_between(calls: Calls, first: ClientCall, second: ClientCall) -> bool:
    """Whether the client checked in between what had become of it."""
    return any(
        call.request.method == "GET" and call.service == first.service and first.arrived < call.arrived < second.arrived
        for call in calls.all
    )
