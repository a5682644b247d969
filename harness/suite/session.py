"""A pytest session of our own, whatever else pytest is used for on the machine."""

import os
from collections.abc import Sequence

import pytest

FOREIGN = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")
"""Variables with which somebody's own project steers its pytest. A run is steered by its options and what follows `--`.

Which plugins are loaded is said in scenarios/pytest.ini: ours, and no neighbour's that happens to be installed.
"""


def run_pytest(arguments: Sequence[str], plugins: Sequence[object]) -> int:
    """Runs pytest in this process; returns its exit code."""
    for name in FOREIGN:
        os.environ.pop(name, None)
    return int(pytest.main([*arguments], plugins=[*plugins]))
