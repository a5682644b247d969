"""Drives the client under test by a program: one JSON object per line in, one per line out."""

import contextlib
import json
import os
import queue
import shlex
import signal
import subprocess
import sys
import threading
from typing import IO

from harness.clients.driver import DriverError, NoDriverError, reply_in
from harness.clients.protocol import MOST_OCTETS, Message, Reply, as_json

TO_LEAVE, TO_END = 2.0, 0.3
"""Seconds the program has to exit after the goodbye, and again after SIGTERM."""

END = b""
"""Marks in the queue that the program has closed its output."""


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


class ProgramDriver:
    """A program that is started once and given every task.

    `patience` is the seconds it may take for one. Its standard error goes to ours: it is the vendor's own log.
    """

    def __init__(self, command: str, patience: float) -> None:
        self._name = f"--drive {command!r}"
        self._patience = patience
        self._seq = 0
        self._lines: queue.Queue[bytes] = queue.Queue(maxsize=100)
        try:
            arguments = shlex.split(command)
            self._process = subprocess.Popen(  # noqa: S603 - the user's own program
                arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
            )
        except (OSError, ValueError, IndexError) as error:
            reason = getattr(error, "strerror", None) or "not a valid command line"
            raise NoDriverError(f"{self._name}: the driver cannot be started ({reason}).") from error
        threading.Thread(target=self._read, args=(self._process.stdout,), daemon=True).start()

    def _read(self, stdout: IO[bytes]) -> None:
        while line := stdout.readline(MOST_OCTETS + 1):
            self._lines.put(line)
        self._lines.put(END)

    def tell(self, message: Message) -> Reply:
        self._seq += 1
        line = json.dumps(as_json(message, self._seq), ensure_ascii=False).encode() + b"\n"
        stdin = self._process.stdin
        assert stdin is not None  # noqa: S101 - it was opened as a pipe
        try:
            stdin.write(line)
            stdin.flush()
        except OSError as error:
            raise DriverError(self._ended()) from error
        return reply_in(self._next_line(), self._seq, self._name)

    def _next_line(self) -> bytes:
        """The next line that is not blank."""
        while True:
            try:
                line = self._lines.get(timeout=self._patience)
            except queue.Empty:
                raise DriverError(
                    f"{self._name} did not answer within {self._patience:g} s. Allow more with --patience."
                ) from None
            if line == END:
                raise DriverError(self._ended())
            if line.strip():
                return line

    def _ended(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=2)
        code = self._process.poll()
        if code is None:
            how = "ended its output"
        elif code < 0:
            how = f"was killed by {_signal_name(-code)}"
        else:
            how = f"ended with exit code {code}"
        return f"{self._name} {how} before it answered. See its standard error."

    def close(self) -> None:
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        if not self._has_ended_within(TO_LEAVE):
            self.break_off()

    def break_off(self) -> None:
        """Signals its child processes, too: `dotnet run` and `npm run` are only parents of the driver."""
        if sys.platform == "win32":
            self._process.kill()
            self._process.wait()
            return
        self._signal(signal.SIGTERM)
        self._has_ended_within(TO_END)
        self._signal(signal.SIGKILL)  # including children that outlived their parent
        self._process.wait()

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):  # no process is left
            os.killpg(self._process.pid, number)

    def _has_ended_within(self, seconds: float) -> bool:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=seconds)
        return self._process.returncode is not None
