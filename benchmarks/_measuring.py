"""Times whole commands, alternating with a reference, because a machine's speed drifts."""

import os
import resource
import shlex
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PROVESTAND = [sys.executable, "-m", "harness"]

# As on a user's machine: without cached bytecode, pytest would compile its plugins again in every run.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def seconds(command: Sequence[str], cwd: Path | None = None) -> float:
    """The wall time of one run of a command, whatever its exit code; raises RuntimeError if it prints a traceback."""
    start = time.perf_counter()
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=cwd, env=ENVIRONMENT)
    elapsed = time.perf_counter() - start
    if "Traceback" in done.stderr:
        raise RuntimeError(f"{command[0]} failed:\n{done.stderr[-2000:]}")
    return elapsed


def paired(first: Sequence[str], second: Sequence[str], runs: int) -> tuple[float, float, float]:
    """The medians of two commands run alternately, and the median of their ratios, pair by pair."""
    pairs = [(seconds(first), seconds(second)) for _ in range(runs + 1)][1:]
    ratios = [a / b for a, b in pairs]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs), statistics.median(ratios)


@dataclass(frozen=True)
class Cost:
    """Seconds that a command took: wall time and CPU time, including its children."""

    wall: float
    processor: float


def cost(command: Sequence[str]) -> Cost:
    """The time of one run of a command; raises like `seconds`."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    wall = seconds(command)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


@dataclass(frozen=True)
class Row:
    """A line of the table of speed in README.md: a figure, another one measured beside it, and their ratio."""

    what: str
    figure: str
    beside: str = ""
    ratio: str = ""
    limit: str = ""

    def __str__(self) -> str:
        return f"| {self.what} | {self.figure} | {self.beside} | {self.ratio} | {self.limit} |"


def told(command: Sequence[str]) -> str:
    """A command as a person types it."""
    words = [str(word) for word in command]
    own = ["provestand", *words[len(PROVESTAND) :]] if words[: len(PROVESTAND)] == PROVESTAND else words
    return f"$ {shlex.join(own)}"
