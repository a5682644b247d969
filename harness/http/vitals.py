"""Whether a service still answers, and which calls were in flight when it stopped."""

import itertools
import threading

import httpx

from harness.auth.trouble import Kind, Trouble
from harness.http.retrying import SAFE

NOT_REACHED: frozenset[Kind] = frozenset({"dns", "refused", "unreachable", "connect-timeout"})
"""Kinds of trouble in which the service never saw the call."""

NOT_OF_ITS_LIFE: frozenset[Kind] = frozenset({"interrupted", "redirect", "gateway-page", "too-large"})
"""Kinds of trouble that do not show whether the service is alive."""

ALIVE = frozenset({408, 425, 429})
"""Statuses that mean busy, which is not silence."""


class Vitals:
    """Watches the calls to one service. Thread-safe.

    A service that dies of a call breaks off every call in flight and answers nothing afterwards. So one of the calls in
    flight when the silence began may have killed it or, if there was none, the one that it answered last.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count()
        self._on_the_way: dict[int, httpx.Request] = {}
        self._answered_last: httpx.Request | None = None
        self.answered_safely: httpx.Request | None = None
        """The last answered call that may be repeated."""
        self._suspects: tuple[httpx.Request, ...] = ()
        self._newest = self._newest_before = -1
        """Numbers of the most recent call, now and when the silence began."""

    @property
    def suspects(self) -> tuple[httpx.Request, ...]:
        """The calls that the service may have died of; empty while it answers, or if it never did."""
        with self._lock:
            return self._suspects

    def begin(self, request: httpx.Request) -> int:
        """Notes a call that is sent; returns its number, to be passed to `end`."""
        with self._lock:
            self._newest = number = next(self._numbers)
            self._on_the_way[number] = request
        return number

    def end(self, number: int, trouble: Trouble | None, status: int | None) -> None:
        """Notes the outcome of a call: its trouble and the status of the answer, if any."""
        with self._lock:
            others = [each for key, each in self._on_the_way.items() if key != number]
            request = self._on_the_way.pop(number)
            if trouble is None:
                self._answered_last = request
                self.answered_safely = request if request.method in SAFE else self.answered_safely
                # An answer to a call already in flight may predate the death.
                before = number <= self._newest_before
                self._suspects = tuple(each for each in self._suspects if before and each is not request)
            elif trouble.kind in NOT_OF_ITS_LIFE or status in ALIVE or self._answered_last is None:
                return
            elif not self._suspects:
                first = self._answered_last if trouble.kind in NOT_REACHED else request
                self._suspects = tuple({id(each): each for each in (first, *others)}.values())
                self._newest_before = self._newest
