"""Holds calls back while too many answered bytes wait to be judged: a foreign answer may be of any size."""

import threading

MOST = 32_000_000
"""Bytes of answers that may wait; calls already in flight can exceed it."""

EVERY = 1 << 62
"""A number higher than that of any call."""


class Backlog:
    """Calls are numbered in the order in which they are judged. Safe to use from several threads."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting = 0
        self._turn = 0

    def ensure_room(self, number: int) -> None:
        """Waits until there is room, or until this call is the next to be judged."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting < MOST or number <= self._turn)

    def add(self, size: int) -> None:
        """An answer of this many bytes arrived and waits to be judged."""
        with self._changed:
            self._waiting += size

    def take(self, size: int) -> None:
        """The answer is now being judged."""
        with self._changed:
            self._waiting -= size
            self._changed.notify_all()

    def call(self, number: int) -> None:
        """The judge waits for this call: neither it nor any earlier call is held back."""
        with self._changed:
            self._turn = max(self._turn, number)
            self._changed.notify_all()

    def call_all(self) -> None:
        """Nothing is judged any more: no call is held back."""
        self.call(EVERY)
