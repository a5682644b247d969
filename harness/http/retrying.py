"""When a request is retried, and after how long: only where the documentation says that this is safe.

A GET changes nothing, nor does a call to an address that the API does not have, and the reply of a gateway, a portal or
the network is not the service's answer. A request that changes something is retried only if it was turned away before
being processed. Any other answer is final: neither a refusal that a negative test expects nor a deviation is retried.
"""

import datetime
import random
import re
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

from harness.auth.trouble import Trouble
from harness.exchange import Exchange, Response

MOST_TRIES = 3
MOST_TRIES_FOR_THE_WHOLE = 5
"""An incomplete answer counts against the service if it persists, so it gets more attempts."""
MOST_TRIES_WHERE_TURNED_AWAY = 5
"""A quota that refuses one call in ten hits some call three times in a row about once per run, by chance."""

SAFE = frozenset({"GET", "HEAD"})
BUSY = frozenset({408, 425, 429, 502, 503, 504, 511, *range(520, 531)})
"""RFC 9110 and RFC 6585: timeouts, too early, too many, gateways, portals; 520 to 530 come from content delivery
networks."""

TURNED_AWAY = frozenset({425, 429})
"""Too early (RFC 8470) and too many (RFC 6585): the request was not processed."""

REDIRECTS = frozenset({301, 302, 303, 307, 308})
FIRST_PAUSE = 0.25
LONGEST_PAUSE = 60.0
"""Seconds; a server that asks for more will not answer in this run."""

_SECONDS = re.compile(r"[0-9]{1,9}", re.ASCII)


def pause_before_next(
    tries: int, trouble: Trouble, exchange: Exchange | None, now: datetime.datetime, *, changes_nothing: bool
) -> float | None:
    """Seconds to wait before the next attempt; None if the result is final. The exchange is what arrived, if anything.

    `changes_nothing`: whether the request can be repeated whatever happened to it.
    """
    is_untouched = exchange is not None and exchange.response.status in TURNED_AWAY
    if trouble.kind == "cut-short":
        most = MOST_TRIES_FOR_THE_WHOLE
    else:
        most = MOST_TRIES_WHERE_TURNED_AWAY if is_untouched else MOST_TRIES
    if not (changes_nothing or is_untouched) or tries >= most or not trouble.may_pass:
        return None
    asked = _retry_after(exchange.response, now) if exchange is not None else None
    if asked is None:
        return float(FIRST_PAUSE * 2 ** (tries - 1) * (1 + random.random()))  # noqa: S311 - spreads the retries
    return asked if asked <= LONGEST_PAUSE else None


def trouble_in(exchange: Exchange) -> Trouble | None:
    """The trouble shown by a complete answer: a gateway that is busy or down, a portal, an HTML page."""
    response = exchange.response
    if response.status in BUSY:
        return Trouble("busy", f"status {response.status}")
    location = response.header("location")
    if response.status in REDIRECTS and location:
        itself = urljoin(exchange.request.url, location) == exchange.request.url
        where = "the same address" if itself else "another address"
        return Trouble("redirect", f"a redirect to {where} (status {response.status})")
    if response.status == 200 and response.is_page:
        return Trouble("gateway-page", "an HTML page instead of an answer (status 200)")
    return None


def _retry_after(response: Response, now: datetime.datetime) -> float | None:
    """Seconds from a Retry-After (RFC 9110, 10.2.3) in seconds or as a date; None for anything else."""
    value = (response.header("retry-after") or "").strip()
    if _SECONDS.fullmatch(value):
        return float(value)
    if value.isascii() and value.isdecimal():
        return float("inf")
    try:
        at = parsedate_to_datetime(value)
        at = at if at.tzinfo else at.replace(tzinfo=datetime.UTC)
        return max(0.0, (at - now).total_seconds())
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
