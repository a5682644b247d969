"""Slow preparations are made once for all test processes."""

import fcntl
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

AS_COMPILED = shutil.ignore_patterns("*.pyc.*")
"""Not copied with the project. Bytecode is copied, otherwise every command in the copy compiles everything again."""


def made_once(factory: pytest.TempPathFactory, worker_id: str, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that `make` fills in whichever process comes first; the others wait for it. Read-only."""
    own = factory.getbasetemp()
    folder = (own if worker_id == "master" else own.parent) / name  # each process has its own folder in a common one
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "made").exists():
            make(folder)
            (folder / "made").touch()
    return folder
