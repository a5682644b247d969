"""A sandbox in a process of its own, for runs that did not start it."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest


@contextmanager
def running(file: Path, *arguments: str) -> Iterator[Path]:
    command = [sys.executable, "-m", "harness", "sandbox", "--port", "0", "--write-target", str(file), *arguments]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while not file.exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)  # until a condition holds, with a deadline
        assert file.exists()
        yield file
    finally:
        process.terminate()
        process.wait(timeout=10)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """Starts a sandbox with arguments of the test's own; its target file says where."""
    with ExitStack() as stack:
        yield lambda *arguments: stack.enter_context(running(tmp_path / "sandbox.toml", *arguments))
