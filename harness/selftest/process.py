"""What a worker process does: one pytest session against its own sandbox, as long as trials arrive."""

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
    *("allure_pytest", "junitxml", "cacheprovider", "logging", "pastebin"),  # reports
    *("xdist", "setuponly", "setupplan", "doctest", "stepwise"),  # other uses
    *("unraisableexception", "threadexception", "faulthandler"),  # the harness's own health, which a run judges
)
"""Plugins whose output is not used here; each costs time at every step of every scenario."""

GRACE = 5.0
"""Seconds for this process to end its sandbox after its parent has gone."""


def serve_trials(
    connection: Connection, scenarios: str, folder: str, arguments: tuple[str, ...], further: tuple[str, ...]
) -> None:
    """Receives trials over the connection and sends back results until it is closed. `further` are options of the
    suite.

    Files are written to `folder`, which the parent process removes: this one, if ended during a trial, leaves it
    behind.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process; the parent ends this one
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
            """Nobody waits for this trial any more, so pytest's own clean-up would be wasted."""
            sandbox.kill()
            os._exit(1)

        options = ["-q", "--no-header", "--no-summary", "--capture=no", "--tb=no", "--no-verdict-summary"]
        options += [option for name in NOT_NEEDED for option in ("-p", f"no:{name}")]
        options += ["--target", str(sandbox.target_file), "--out", str(Path(results) / "out"), *further]
        run_pytest(Path(scenarios), options, [Rounds(_received(connection), connection.send, end)])


def _end_with_parent() -> None:
    """A killed parent is noticed on the connection only after the trial, which may take minutes."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(GRACE)  # the signal may have arrived where it has no effect
        os._exit(1)


def _received(connection: Connection) -> Iterator[Trial]:
    while True:
        try:
            yield connection.recv()
        except (EOFError, OSError, KeyboardInterrupt):
            return
