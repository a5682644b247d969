"""What a worker process does: one pytest session against a sandbox of its own, as long as trials come."""

import contextlib
import multiprocessing
import os
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType
from typing import NoReturn

from harness.selftest.rounds import Rounds
from harness.selftest.trial import Trial
from harness.suite.session import run_pytest
from harness.targets.embedded import running_sandbox

NOT_NEEDED = (
    *("allure_pytest", "junitxml", "cacheprovider", "logging", "pastebin"),  # of reports
    *("xdist", "setuponly", "setupplan", "doctest", "stepwise"),  # of other uses
    *("unraisableexception", "threadexception", "faulthandler"),  # of the harness's own health, which a run judges
)
"""Plugins whose work nobody sees here; each takes its time at every step of every scenario."""

GRACE = 5.0
"""Seconds in which this process takes its sandbox with it where its parent is gone."""


def serve_trials(
    connection: Connection, scenarios: str, folder: str, arguments: tuple[str, ...], further: tuple[str, ...]
) -> None:
    """Trials come over the connection, results go back, until it is closed. `further` are options of the suite.

    What is written lies in `folder`, which goes with whoever started this process: ended in a trial, it leaves it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to everybody; who started this process ends it
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    tempfile.tempdir = folder
    with (
        contextlib.suppress(KeyboardInterrupt),
        Path(os.devnull).open("w") as quiet,
        contextlib.redirect_stdout(quiet),
        contextlib.redirect_stderr(quiet),
        tempfile.TemporaryDirectory(prefix="provestand-") as results,
        running_sandbox(*arguments) as sandbox,
    ):

        def end(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001 - the signature of a handler
            """Nobody waits for this trial any more: what pytest does at its end would be for nobody."""
            sandbox.kill()
            os._exit(1)

        options = ["-q", "--no-header", "--no-summary", "--capture=no", "--tb=no", "--no-verdict-summary"]
        options += [option for name in NOT_NEEDED for option in ("-p", f"no:{name}")]
        options += ["--target", str(sandbox.target_file), "--out", str(Path(results) / "out"), *further]
        run_pytest(Path(scenarios), options, [Rounds(_received(connection), connection.send, end)])


def _end_with_parent() -> None:
    """A parent that was killed closes no connection before a trial is over, which may take minutes."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(GRACE)  # the signal may have met this process where nothing comes of it
        os._exit(1)


def _received(connection: Connection) -> Iterator[Trial]:
    while True:
        try:
            yield connection.recv()
        except (EOFError, OSError, KeyboardInterrupt):
            return
