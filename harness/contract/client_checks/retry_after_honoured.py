"""If an answer says how long to wait, the call is not sent again earlier."""

from collections.abc import Iterator
from email.utils import parsedate_to_datetime

from harness.contract.client_calls import Calls, ClientCall
from harness.contract.client_checks import ClientBreach

LEEWAY = 0.3
"""Seconds that a client's clock and ours may differ over such a pause."""

MEASURES_TIME = True


def applies(calls: Calls) -> bool:
    return any(_asked_pause(call) for call in calls.own_ever)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    for call in calls.own:
        for earlier in calls.known_before(call):
            pause = _asked_pause(earlier) if earlier.is_repeated_by(call) else 0.0
            if pause and call.arrived - earlier.ended < pause - LEEWAY:
                waited = max(0.0, call.arrived - earlier.ended)
                yield ClientBreach(
                    "sent again too early", f"a pause of {pause:.0f} s, as Retry-After says", f"{waited:.1f} s", call
                )
                break


def _asked_pause(call: ClientCall) -> float:
    """Seconds that an answer asked the client to wait (RFC 9110, 10.2.3); 0 if it did not."""
    value = (call.response.header("retry-after") or "").strip() if call.response and call.status >= 400 else ""
    if value.isascii() and value.isdecimal() and len(value) < 10:
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - call.ended - call.ahead)
    except (ValueError, OverflowError):
        return 0.0
