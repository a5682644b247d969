"""Times whole commands in turn with something to compare them with, since a machine's speed drifts."""

import os
import statistics
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

# As on a user's machine: without the cache of compiled modules pytest compiles its plugins anew in every run.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def seconds(command: Sequence[str], cwd: Path | None = None) -> float:
    """The wall time of one run of a command, whatever its exit code; raises RuntimeError where it shows a traceback."""
    start = time.perf_counter()
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=cwd, env=ENVIRONMENT)
    elapsed = time.perf_counter() - start
    if "Traceback" in done.stderr:
        raise RuntimeError(f"{command[0]} failed:\n{done.stderr[-2000:]}")
    return elapsed


def paired(first: Sequence[str], second: Sequence[str], runs: int) -> tuple[float, float, float]:
    """The medians of two commands that take turns, and the median of their ratio pair by pair."""
    pairs = [(seconds(first), seconds(second)) for _ in range(runs + 1)][1:]
    ratios = [a / b for a, b in pairs]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs), statistics.median(ratios)
