"""When a request is sent again, and after how long: where the documentation says that it is safe, and never else.

A GET changes nothing, and 429, 502, 503 and 504 are not the service's answer to it. Any other answer is one, and is
never asked for again: neither the refusal that a negative test waits for, nor a deviation.
"""

import datetime
import random
from email.utils import parsedate_to_datetime

from harness.auth.trouble import Trouble
from harness.exchange import Exchange

MOST_TRIES = 3
SAFE = frozenset({"GET", "HEAD"})
BUSY = frozenset({429, 502, 503, 504})
FIRST_PAUSE = 0.25
LONGEST_PAUSE = 60.0
"""Seconds; whoever asks for more has no answer for this run."""


def pause_before_next(method: str, tries: int, result: Exchange | Trouble, now: datetime.datetime) -> float | None:
    """Seconds to wait before the next try; None where the result stands."""
    if method not in SAFE or tries >= MOST_TRIES or not _may_pass(result):
        return None
    asked = _retry_after(result, now) if isinstance(result, Exchange) else None
    if asked is None:
        return float(FIRST_PAUSE * 2 ** (tries - 1) * (1 + random.random()))  # noqa: S311 - spreads the tries
    return asked if asked <= LONGEST_PAUSE else None


def trouble_in(exchange: Exchange) -> Trouble | None:
    """The trouble that an answer tells of: a gateway that is busy or down, or a page of its own."""
    response = exchange.response
    if response.status in BUSY:
        return Trouble("busy", f"status {response.status}")
    page = response.media_type in {"text/html", "application/xhtml+xml"} and response.body.lstrip()[:1] == b"<"
    if page and response.status == 200:
        return Trouble("gateway-page", "a page for people in place of an answer (status 200)")
    return None


def _may_pass(result: Exchange | Trouble) -> bool:
    return result.may_pass if isinstance(result, Trouble) else trouble_in(result) is not None


def _retry_after(exchange: Exchange, now: datetime.datetime) -> float | None:
    """RFC 9110, 10.2.3: seconds, or a date."""
    value = (exchange.response.header("retry-after") or "").strip()
    if value.isdecimal():
        return float(value)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=datetime.UTC)
    return max(0.0, (at - now).total_seconds())
