"""Processes that run trials, one sandbox each."""

import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path

from harness.selftest.process import serve_trials
from harness.selftest.trial import Result, Trial

SPAWN = multiprocessing.get_context("spawn")  # a forked pytest would share its parent's plugins


class Worker:
    """One process with a sandbox. It is started with its first trial, and once more where it dies."""

    def __init__(self, scenarios: Path, seed: int, arguments: tuple[str, ...] = ()) -> None:
        self._scenarios = scenarios
        self._arguments = ("--seed", str(seed), *arguments)
        self._connection: Connection | None = None
        self._process: multiprocessing.process.BaseProcess | None = None

    def run(self, trial: Trial) -> Result:
        """The result of a trial; one with a problem where the process died over it."""
        if self._connection is None:
            self._start()
        assert self._connection is not None  # noqa: S101 - it was just started
        try:
            self._connection.send(trial)
            result: Result = self._connection.recv()
        except (EOFError, OSError):
            self.close()
            return Result(trial.subject, problems=("the process that ran it ended by itself",))
        return result

    def _start(self) -> None:
        self._connection, theirs = SPAWN.Pipe()
        arguments = (theirs, str(self._scenarios), self._arguments)
        self._process = SPAWN.Process(target=serve_trials, args=arguments, daemon=True)
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
