"""Processes that run trials, one sandbox each."""

import multiprocessing
import threading
import time
from collections.abc import Iterable
from multiprocessing.connection import Connection
from pathlib import Path

from harness.selftest.process import serve_trials
from harness.selftest.trial import Result, Trial

SPAWN = multiprocessing.get_context("spawn")  # a forked pytest would share its parent's plugins

GRACE = 0.3
"""Seconds in which a process asked to end must also end its sandbox; one that does not respond is killed."""


class Worker:
    """One process with a sandbox, started with its first trial, and restarted if it dies or another sandbox is needed.

    Both write only to `folder`, which the caller removes.
    """

    def __init__(self, scenarios: Path, folder: Path, options: tuple[str, ...] = ()) -> None:
        self._scenarios = scenarios
        self._folder = folder
        self._options = options
        self._arguments: tuple[str, ...] = ()
        self._connection: Connection | None = None
        self._process: multiprocessing.process.BaseProcess | None = None
        self._starting = threading.Lock()
        self._is_over = False

    def run(self, trial: Trial) -> Result:
        """The result of a trial; one with a problem if the process died."""
        arguments = ("--seed", str(trial.subject.seed), *trial.subject.arguments)
        try:
            if self._connection is None or arguments != self._arguments:
                self.close()
                self._start(arguments)
            assert self._connection is not None  # noqa: S101 - it was just started
            self._connection.send(trial)
            result: Result = self._connection.recv()
        except (EOFError, OSError):
            self.close()
            return Result(trial.subject, problems=("the process that ran it ended unexpectedly",))
        return result

    def _start(self, arguments: tuple[str, ...]) -> None:
        """Starts the process; raises EOFError once the self-test is ending."""
        with self._starting:
            if self._is_over:
                raise EOFError
            self._arguments = arguments
            self._connection, theirs = SPAWN.Pipe()
            of_process = (theirs, str(self._scenarios), str(self._folder), arguments, self._options)
            self._process = SPAWN.Process(target=serve_trials, args=of_process, daemon=True)
            self._process.start()
            theirs.close()

    def close(self) -> None:
        """Ends the process and its sandbox."""
        if self._connection is not None:
            self._connection.close()
        if self._process is not None:
            self._process.join(timeout=10)
            if self._process.is_alive():
                self._process.kill()
        self._connection = self._process = None

    def begin_to_end(self) -> multiprocessing.process.BaseProcess | None:
        """Asks the process to end in the middle of its trial, and prevents a new one; returns the ending process."""
        with self._starting:
            self._is_over = True
            process = self._process
        if process is not None:
            process.terminate()
        return process


def end_now(workers: Iterable[Worker]) -> None:
    """Ends processes in the middle of their trials, by force if they do not end in time; their sandboxes follow.

    A signal may reach a process where it has no effect. Callers waiting for its result see that it has ended.
    """
    ending = [process for worker in workers if (process := worker.begin_to_end()) is not None]
    until = time.monotonic() + GRACE
    for process in ending:
        process.join(timeout=max(0.0, until - time.monotonic()))
        process.kill()
    for process in ending:
        process.join()  # a process that still writes would keep its folder from being removed
