"""When a request is sent again, and after how long: where the documentation says that it is safe, and never else.

A GET changes nothing, nor does a call to an address that the API does not have, and what a gateway, a portal or the
network says is not the service's answer to it. A request that changes something is sent again where it was turned away
before anybody looked at it. Any other answer is one, and is never asked for again: neither the refusal that a negative
test waits for, nor a deviation.
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
"""An answer that began and is not whole accuses the service where it stays so: it is given more tries."""
MOST_TRIES_WHERE_TURNED_AWAY = 5
"""A quota of one call in ten meets the same call three times running once in a whole run, by chance."""

SAFE = frozenset({"GET", "HEAD"})
BUSY = frozenset({408, 425, 429, 502, 503, 504, 511, *range(520, 531)})
"""RFC 9110 and RFC 6585: timeouts, too early, too many, gateways, portals; 520 to 530 are those of content networks."""

TURNED_AWAY = frozenset({425, 429})
"""Too early (RFC 8470) and too many (RFC 6585): nothing was done with the request."""

REDIRECTS = frozenset({301, 302, 303, 307, 308})
FIRST_PAUSE = 0.25
LONGEST_PAUSE = 60.0
"""Seconds; whoever asks for more has no answer for this run."""

_SECONDS = re.compile(r"[0-9]{1,9}", re.ASCII)


def pause_before_next(
    tries: int, trouble: Trouble, exchange: Exchange | None, now: datetime.datetime, *, changes_nothing: bool
) -> float | None:
    """Seconds to wait before the next try; None where the result stands. The exchange is what came, if anything.

    `changes_nothing`: whether the request can be sent again whatever became of it.
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
        return float(FIRST_PAUSE * 2 ** (tries - 1) * (1 + random.random()))  # noqa: S311 - spreads the tries
    return asked if asked <= LONGEST_PAUSE else None


def trouble_in(exchange: Exchange) -> Trouble | None:
    """The trouble that a whole answer tells of: a gateway that is busy or down, a portal, a page of its own."""
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
    """RFC 9110, 10.2.3: seconds, or a date; None for anything else."""
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
