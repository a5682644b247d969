"""Allows at most five calls in flight to one place, over all runs, workers and processes of one user on a machine.

The rule: docs/om/bruk of Skatteetaten's API documentation (2022). A slot is a lock on a file; the operating system
releases it when its holder dies.
"""

import contextlib
import hashlib
import os
import random
import shutil
import threading
import time
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import portalocker
from portalocker import LockFlags

from harness.http.destination import spellings
from harness.http.locked import locked
from harness.targets.fair_use import IN_FLIGHT

PAUSE = 0.002
KEPT = 7 * 24 * 3600.0
"""Seconds after which unused slots are removed: a sandbox has a new port each time."""
NAMES, LOCK = "names", "names.lock"
"""Where the names and addresses of each place are recorded."""


class FairUseGate:
    """The slots of an address's place. Thread-safe."""

    def __init__(
        self,
        base_url: str,
        folder: Path | None = None,
        *,
        slots: int = IN_FLIGHT,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        root = folder or slots_folder()
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = root / _hashed(_place(root, spellings(base_url)))
        self.folder.mkdir(mode=0o700, exist_ok=True)
        _clear_away(root, before=time.time() - KEPT, but=self.folder)
        self.slots = slots
        self._pause = pause
        self._threads = threading.BoundedSemaphore(slots)
        self._choosing = threading.Lock()
        # Opened once: opening a file costs many times as much as locking it, and waiting processes try again and again.
        self._files = [_opened(self.folder / f"slot-{number}.lock") for number in range(slots)]
        self._free: list[int] = [*range(slots)]
        """The slots that no thread of ours holds."""
        self._highest = 0
        weakref.finalize(self, _close, self._files)

    @property
    def max_in_flight(self) -> int:
        """The highest number of slots taken at the same time whenever this process took one."""
        return self._highest

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Waits for one of the slots and holds it."""
        with self._threads:
            number = self._take()
            try:
                yield
            finally:
                self._give_back(number)

    def _take(self) -> int:
        while True:
            with self._choosing:
                number = next(filter(self._could_lock, sorted(self._free)), None)
                if number is not None:
                    self._free.remove(number)
                    self._highest = max(self._highest, number + 1)
                    return number
            self._pause(PAUSE * (1 + random.random()))  # noqa: S311 - only keeps waiting processes apart

    def _could_lock(self, number: int) -> bool:
        """Takes a slot unless another process, or another gate of this one, holds it."""
        try:
            portalocker.lock(self._files[number], LockFlags.EXCLUSIVE | LockFlags.NON_BLOCKING)
        except portalocker.AlreadyLocked:
            return False
        return True

    def _give_back(self, number: int) -> None:
        with self._choosing:
            portalocker.unlock(self._files[number])
            self._free.append(number)


def _opened(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def _close(files: Iterable[int]) -> None:
    for file in files:
        os.close(file)


def slots_folder() -> Path:
    """The folder in which all of this user's processes find the slots, whatever HOME, TMPDIR and the like say.

    In the home directory from the password database, or a folder owned by the user in the system's temporary directory.
    """
    for folder in _candidates():
        with contextlib.suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if os.access(folder, os.W_OK) and _is_own(folder):
                return folder
    raise OSError("there is no folder in which processes could keep count of their calls")


def _candidates() -> Iterator[Path]:
    if not hasattr(os, "getuid"):
        yield Path.home() / "AppData" / "Local" / "provestand" / "fair-use"
        return
    import pwd  # noqa: PLC0415 - POSIX only

    with contextlib.suppress(KeyError):  # a container's user may not be in the password database
        home = Path(pwd.getpwuid(os.getuid()).pw_dir)
        if home.is_dir() and home != Path("/"):
            yield home / ".local" / "state" / "provestand" / "fair-use"
    for common in ("/var/tmp", "/tmp"):  # noqa: S108 - `_is_own` checks the owner
        yield Path(common) / f"provestand-fair-use-{os.getuid()}"


def _place(root: Path, spellings: Sequence[str]) -> str:
    """The place of these names and addresses, the same for every process that knows one of them.

    A name may resolve to another address each time; the first place recorded for it stays.
    """
    folder = root / NAMES
    folder.mkdir(mode=0o700, exist_ok=True)
    files = [folder / _hashed(spelling) for spelling in spellings]
    with locked(root / LOCK):
        known = (file.read_text(encoding="utf-8") for file in files if file.is_file())
        place = next(filter(None, known), spellings[-1])
        for file in files:
            file.write_text(place, encoding="utf-8")
    return place


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _is_own(folder: Path) -> bool:
    """Somebody else's folder could be removed, or its slots held for ever."""
    found = folder.lstat()
    return not hasattr(os, "getuid") or (found.st_uid == os.getuid() and not folder.is_symlink())


def _clear_away(root: Path, *, before: float, but: Path) -> None:
    os.utime(but)
    for path in (*root.iterdir(), *(root / NAMES).iterdir()):
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < before and path not in {but, root / NAMES, root / LOCK}:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
