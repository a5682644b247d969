"""Tracks the memory of large answers still in use, so that a run stays small whatever arrives."""

import gc
import re
import threading
import weakref

from harness.exchange import Response

SMALL = 50_000
"""Bytes of a body; smaller ones are not even weighed."""

LARGE = 4_000_000
"""Bytes of memory; answers that take less are not counted."""

MOST = 110_000_000
"""Bytes of memory for large answers, in one process."""

OF_A_VALUE = 150
"""Bytes that a JSON value or an XML element takes besides its text."""

_BEYOND_TWO_BYTES = re.compile(rb"[\xf0-\xf4]|\\u[dD][89abAB]")


def weight(body: bytes) -> int:
    """Bytes of memory that a body takes together with its text and its values.

    Python stores a text with one, two or four bytes per character, depending on its widest one.
    """
    width = 4 if _BEYOND_TWO_BYTES.search(body) else 1 if body.isascii() and rb"\u" not in body else 2
    return len(body) * (1 + 2 * width) + OF_A_VALUE * (body.count(b",") + body.count(b"<"))


def _counted(body: bytes) -> int:
    """The memory that a large body takes; 0 for others."""
    needed = weight(body) if len(body) > SMALL else 0
    return needed if needed > LARGE else 0


class Holding:
    """The large answers in use. Thread-safe."""

    def __init__(self) -> None:
        self._taken = 0
        self._lock = threading.RLock()  # a finalizer may run at any point, even inside _change

    def lack(self, body: bytes) -> str:
        """How much memory a body takes, in words, if there is no room for it; else empty."""
        needed = _counted(body)
        if needed and self._taken + needed > MOST:
            gc.collect()
        if not needed or self._taken + needed <= MOST:
            return ""
        beside = " besides what other large answers take" if needed <= MOST else ""
        return f"reading it takes {needed // 1_000_000} MB of memory{beside}"

    def add(self, response: Response) -> None:
        """Counts an answer until it is garbage-collected."""
        needed = _counted(response.body)
        if needed:
            self._change(needed)
            weakref.finalize(response, self._change, -needed).atexit = False

    def _change(self, difference: int) -> None:
        with self._lock:
            self._taken += difference
