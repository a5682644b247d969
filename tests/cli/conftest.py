"""The command as a user starts it: a process with an exit code and two streams."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import prepared


@dataclass(frozen=True)
class Finished:
    code: int
    stdout: str
    stderr: str

    @property
    def complaint(self) -> str:
        """The one line that says what is wrong, without what click and pytest add around it."""
        lines = [line for line in self.stderr.splitlines() if line.startswith(("Error: ", "ERROR: "))]
        return lines[-1].partition(": ")[2] if lines else self.stderr


@pytest.fixture
def provestand(tmp_path: Path) -> Callable[..., Finished]:
    """Runs a command in an empty folder."""

    def call(*arguments: str, cwd: Path | None = None) -> Finished:
        done = prepared.run(*arguments, cwd=cwd or tmp_path)
        assert "Traceback" not in done.stdout + done.stderr
        return Finished(done.returncode, done.stdout, done.stderr)

    return call
