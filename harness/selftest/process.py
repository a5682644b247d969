"""What a worker process does: one pytest session against a sandbox of its own, as long as trials come."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from harness.selftest.rounds import Rounds
from harness.selftest.trial import Trial
from harness.targets.embedded import running_sandbox

NOT_NEEDED = (
    *("allure_pytest", "junitxml", "cacheprovider", "logging", "pastebin"),  # of reports
    *("xdist", "anyio", "setuponly", "setupplan", "doctest", "stepwise"),  # of other uses
    *("unraisableexception", "threadexception", "faulthandler"),  # of the harness's own health, which a run judges
)
"""Plugins whose work nobody sees here; each takes its time at every step of every scenario."""


def serve_trials(connection: Connection, scenarios: str, arguments: tuple[str, ...]) -> None:
    """Trials come over the connection, results go back, until it is closed."""
    with (
        Path(os.devnull).open("w") as quiet,
        contextlib.redirect_stdout(quiet),
        contextlib.redirect_stderr(quiet),
        tempfile.TemporaryDirectory(prefix="provestand-") as folder,
        running_sandbox(*arguments) as sandbox,
    ):
        options = ["-q", "--no-header", "--no-summary", "--capture=no", "--tb=no", "--no-verdict-summary"]
        options += [option for name in NOT_NEEDED for option in ("-p", f"no:{name}")]
        options += ["--target", str(sandbox.target_file), "--out", str(Path(folder) / "out"), scenarios]
        pytest.main(options, plugins=[Rounds(_received(connection), connection.send)])


def _received(connection: Connection) -> Iterator[Trial]:
    while True:
        try:
            yield connection.recv()
        except (EOFError, OSError, KeyboardInterrupt):
            return
