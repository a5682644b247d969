"""A pytest session of our own, whatever else pytest is used for on the machine."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

FOREIGN = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")
"""Variables with which somebody's own project steers its pytest. A run is steered by its options and what follows `--`.

Which plugins are loaded is said in scenarios/pytest.ini: ours, and no neighbour's that happens to be installed.
"""


OURS = ("harness.suite.plugin", "harness.suite.client_plugin")


def run_pytest(scenarios: Path, arguments: Sequence[str], plugins: Sequence[object]) -> int:
    """Runs pytest on the scenarios in this process; returns its exit code.

    Configuration and plugins are named: left to itself, pytest looks for both where any word of the command line is a
    file or a folder, and `--suite scenarios` or `--out out` are words.
    """
    for name in FOREIGN:
        os.environ.pop(name, None)
    known = ["--config-file", str(scenarios / "pytest.ini"), "--rootdir", str(scenarios)]
    known += [option for name in OURS for option in ("-p", name)]
    return int(pytest.main([*known, *arguments, str(scenarios)], plugins=[*plugins]))
