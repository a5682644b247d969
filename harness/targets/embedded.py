"""Runs the built-in sandbox as a child process for as long as it is needed."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from harness.targets.configuration import load_target
from harness.targets.model import Target

OWN_PROGRAM = (sys.executable, "-P", "-W", "ignore", "-m", "harness")
"""`provestand` as a child process. A user's `queue.py` in the working folder does not shadow the standard library's,
and PYTHONWARNINGS cannot turn a library's warning into a failure.
"""

START_DEADLINE = 30.0
WRONG_USAGE = 2
"""The sandbox's exit code if it cannot be started as requested."""
POLL = 0.02


class SandboxEndedError(Exception):
    """The built-in sandbox did not start, or ended by itself."""


class SandboxRefusedError(SandboxEndedError):
    """The built-in sandbox cannot be started as requested: a port in use, a key that cannot be registered."""


@dataclass(frozen=True)
class RunningSandbox:
    """A running sandbox. `target_file` describes it to other processes."""

    target_file: Path
    target: Target
    process: "subprocess.Popen[bytes]"

    def ensure_alive(self) -> None:
        """Raises SandboxEndedError if the process has ended."""
        code = self.process.poll()
        if code is not None:
            raise SandboxEndedError(f"the built-in sandbox ended by itself with exit code {code}. Run it again.")

    def kill(self) -> None:
        """Kills it when no answer is awaited any more: it keeps nothing that needs an orderly shutdown."""
        self.process.kill()


@contextmanager
def running_sandbox(*arguments: str) -> Iterator[RunningSandbox]:
    """Starts `provestand sandbox` on a free port with these arguments, and stops it at the end.

    The child also ends when its standard input closes, so a killed parent leaves nothing behind.
    Raises SandboxEndedError.
    """
    with tempfile.TemporaryDirectory(prefix="provestand-") as folder:
        target_file = Path(folder) / "sandbox.toml"
        log = Path(folder) / "sandbox.log"
        command = [*OWN_PROGRAM, "sandbox", "--no-page", "--port", "0", "--write-target", str(target_file)]
        with log.open("wb") as errors:
            process = subprocess.Popen(  # noqa: S603 - our own program
                [*command, "--until-stdin-closes", *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                start_new_session=True,  # Ctrl-C goes to the run, which then stops its sandbox in order
            )
        try:
            _await_file(target_file, process, log)
            yield RunningSandbox(target_file, load_target(str(target_file), Path.cwd()), process)
        finally:
            _stop(process)


def _await_file(path: Path, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_DEADLINE
    while not path.exists():
        if process.poll() is not None:
            lines = log.read_text(errors="replace").strip().splitlines() or ["no message"]
            if process.returncode == WRONG_USAGE:
                raise SandboxRefusedError(lines[-1].removeprefix("Error: "))
            raise SandboxEndedError(f"the built-in sandbox did not start: {lines[-1]}")
        if time.monotonic() > deadline:
            raise SandboxEndedError(f"the built-in sandbox did not listen within {START_DEADLINE:.0f} s. Run it again.")
        time.sleep(POLL)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    if process.stdin is not None:
        process.stdin.close()
    process.terminate()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
