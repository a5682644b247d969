"""Lets one process at a time do something, of all processes on a machine."""

import threading
from contextlib import AbstractContextManager
from pathlib import Path

import portalocker

PAUSE = 0.002
"""Seconds between two attempts: a lock is held for as long as it takes to read and write a small file."""


def locked(path: Path) -> AbstractContextManager[object]:
    """Waits until no other process holds the lock on this file, and holds it in a `with` statement."""
    return portalocker.Lock(path, timeout=threading.TIMEOUT_MAX, check_interval=PAUSE)
