"""Holds calls back while too much of what was answered waits to be judged: a foreign answer may be of any size."""

import threading

MOST = 32_000_000
"""Bytes of answers that wait; whatever is under way by then may come on top."""

EVERY = 1 << 62
"""A turn behind all others."""


class Backlog:
    """Calls are numbered as they are judged. Safe to use from several threads."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting = 0
        self._turn = 0

    def ensure_room(self, number: int) -> None:
        """Waits until less is waiting, or until this call is the one that is to be judged next."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting < MOST or number <= self._turn)

    def add(self, size: int) -> None:
        """An answer of so many bytes waits."""
        with self._changed:
            self._waiting += size

    def take(self, size: int) -> None:
        """It is being judged."""
        with self._changed:
            self._waiting -= size
            self._changed.notify_all()

    def call(self, number: int) -> None:
        """Whoever judges waits for this call: neither it nor any before it is held back."""
        with self._changed:
            self._turn = max(self._turn, number)
            self._changed.notify_all()

    def call_all(self) -> None:
        """Nobody judges any more."""
        self.call(EVERY)
