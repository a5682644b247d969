"""Runs a pytest session of our own, regardless of other uses of pytest on the machine."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

FOREIGN = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")
"""Variables that configure pytest in a user's own project. Only a run's options and what follows `--` configure a run.

scenarios/pytest.ini states which plugins are loaded: ours, and no other that happens to be installed.
"""


OURS = ("harness.suite.plugin", "harness.suite.client_plugin")


def run_pytest(scenarios: Path, arguments: Sequence[str], plugins: Sequence[object]) -> int:
    """Runs pytest on the scenarios in this process; returns its exit code.

    Configuration and plugins are named explicitly: left to itself, pytest searches for both wherever a word on the
    command line is a file or folder, as in `--suite scenarios` or `--out out`.
    """
    for name in FOREIGN:
        os.environ.pop(name, None)
    known = ["--config-file", str(scenarios / "pytest.ini"), "--rootdir", str(scenarios)]
    known += [option for name in OURS for option in ("-p", name)]
    return int(pytest.main([*known, *arguments, str(scenarios)], plugins=[*plugins]))
