"""Keeps at most five calls in flight per API, over every thread, worker and process on the machine.

The rule: docs/om/bruk of Skatteetaten's API documentation (2022). A slot is a lock file; the operating system gives it
back when its holder dies.
"""

import hashlib
import os
import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

IN_FLIGHT = 5
PAUSE = 0.002


class FairUseGate:
    """The slots of one API at one base address. Safe to use from several threads."""

    def __init__(self, base_url: str, folder: Path | None = None, pause: Callable[[float], None] = time.sleep) -> None:
        self._pause = pause
        root = folder or Path(tempfile.gettempdir()) / f"provestand-fair-use-{_user()}"
        self.folder = root / hashlib.sha256(base_url.rstrip("/").encode()).hexdigest()[:16]
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._threads = threading.BoundedSemaphore(IN_FLIGHT)
        self._counting = threading.Lock()
        self._highest = 0

    @property
    def max_in_flight(self) -> int:
        """The highest number of slots that were taken at once when this process took one."""
        return self._highest

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Waits for one of the five slots and holds it."""
        with self._threads:
            lock, number = self._take()
            with self._counting:
                self._highest = max(self._highest, number)
            try:
                yield
            finally:
                lock.release()

    def _take(self) -> tuple[FileLock, int]:
        while True:
            for number in range(IN_FLIGHT):
                lock = FileLock(self.folder / f"slot-{number}.lock", thread_local=False)
                try:
                    lock.acquire(blocking=False)
                except Timeout:
                    continue
                return lock, number + 1
            self._pause(PAUSE * (1 + random.random()))  # noqa: S311 - only to keep waiting processes apart


def _user() -> str:
    """Slots of different users lie apart, for a lock file belongs to who made it."""
    return str(os.getuid()) if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
