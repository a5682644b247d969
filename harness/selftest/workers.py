"""Processes that run trials, one sandbox each."""

import multiprocessing
import time
from collections.abc import Iterable
from multiprocessing.connection import Connection
from pathlib import Path

from harness.selftest.process import serve_trials
from harness.selftest.trial import Result, Trial

SPAWN = multiprocessing.get_context("spawn")  # a forked pytest would share its parent's plugins

GRACE = 5.0
"""Seconds in which a process that is asked to end takes its sandbox and its files with it."""


class Worker:
    """One process with a sandbox, started with its first trial, and anew where it dies or another sandbox is wanted."""

    def __init__(self, scenarios: Path, options: tuple[str, ...] = ()) -> None:
        self._scenarios = scenarios
        self._options = options
        self._arguments: tuple[str, ...] = ()
        self._connection: Connection | None = None
        self._process: multiprocessing.process.BaseProcess | None = None

    def run(self, trial: Trial) -> Result:
        """The result of a trial; one with a problem where the process died over it."""
        arguments = ("--seed", str(trial.subject.seed), *trial.subject.arguments)
        if self._connection is None or arguments != self._arguments:
            self.close()
            self._start(arguments)
        assert self._connection is not None  # noqa: S101 - it was just started
        try:
            self._connection.send(trial)
            result: Result = self._connection.recv()
        except (EOFError, OSError):
            self.close()
            return Result(trial.subject, problems=("the process that ran it ended by itself",))
        return result

    def _start(self, arguments: tuple[str, ...]) -> None:
        self._arguments = arguments
        self._connection, theirs = SPAWN.Pipe()
        of_process = (theirs, str(self._scenarios), arguments, self._options)
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

    @property
    def process(self) -> multiprocessing.process.BaseProcess | None:
        """The process that runs trials now, if there is one."""
        return self._process


def end_now(workers: Iterable[Worker]) -> None:
    """Ends processes in the middle of their trials, by force where they do not end in time; their sandboxes follow.

    A signal may meet a process where nothing comes of it. Whoever waits for its result hears that it has ended.
    """
    running = [process for worker in workers if (process := worker.process) is not None]
    for process in running:
        process.terminate()
    until = time.monotonic() + GRACE
    for process in running:
        process.join(timeout=max(0.0, until - time.monotonic()))
        process.kill()
