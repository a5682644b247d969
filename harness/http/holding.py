"""Knows how much memory the large answers take that somebody still holds, so that a run stays small whatever comes."""

import gc
import re
import threading
import weakref

from harness.exchange import Response

SMALL = 50_000
"""Bytes of a body; up to there it is not even weighed."""

LARGE = 4_000_000
"""Bytes of memory; what takes less is not counted."""

MOST = 110_000_000
"""Bytes of memory for large answers, in one process."""

OF_A_VALUE = 150
"""Bytes that a value of JSON or an element of XML takes beside its text."""

_BEYOND_TWO_BYTES = re.compile(rb"[\xf0-\xf4]|\\u[dD][89abAB]")


def weight(body: bytes) -> int:
    """Bytes of memory that a body takes with its text and its values.

    Python keeps a text in one, two or four bytes a character, as its widest one needs.
    """
    width = 4 if _BEYOND_TWO_BYTES.search(body) else 1 if body.isascii() and rb"\u" not in body else 2
    return len(body) * (1 + 2 * width) + OF_A_VALUE * (body.count(b",") + body.count(b"<"))


def _counted(body: bytes) -> int:
    """What a large body takes; 0 for others."""
    needed = weight(body) if len(body) > SMALL else 0
    return needed if needed > LARGE else 0


class Holding:
    """The large answers that are in use. Safe to use from several threads."""

    def __init__(self) -> None:
        self._taken = 0
        self._lock = threading.RLock()  # what is given back may be so in the middle of anything

    def lack(self, body: bytes) -> str:
        """What a body takes, in words, where there is no room for it; else empty."""
        needed = _counted(body)
        if needed and self._taken + needed > MOST:
            gc.collect()
        if not needed or self._taken + needed <= MOST:
            return ""
        beside = " beside what other large answers take" if needed <= MOST else ""
        return f"reading it takes {needed // 1_000_000} MB of memory{beside}"

    def add(self, response: Response) -> None:
        """Counts an answer until nobody holds it any more."""
        needed = _counted(response.body)
        if needed:
            self._change(needed)
            weakref.finalize(response, self._change, -needed).atexit = False

    def _change(self, difference: int) -> None:
        with self._lock:
            self._taken += difference
