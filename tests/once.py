"""What takes long is made once for all processes of the tests."""

import fcntl
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

AS_COMPILED = shutil.ignore_patterns("*.pyc.*")
"""For a copy of the project: what was compiled goes with it, else every command there compiles all anew."""


def made_once(factory: pytest.TempPathFactory, worker_id: str, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that `make` fills in whichever process comes first; the others wait for it. For reading only."""
    own = factory.getbasetemp()
    folder = (own if worker_id == "master" else own.parent) / name  # each process has its own folder in a common one
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "made").exists():
            make(folder)
            (folder / "made").touch()
    return folder
