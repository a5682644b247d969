"""Processes: their memory, their children, and whether they end."""

import json
import os
import select
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# A process inherits the peak memory of its parent, and a test run may be large, so a small process starts it.
MEASURED = """
import json, resource, subprocess, sys
longest, *command = sys.argv[1:]
try:
    code = subprocess.run(command, timeout=float(longest)).returncode
except subprocess.TimeoutExpired:
    code = None
print(json.dumps([code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss]))
"""


@dataclass(frozen=True)
class Measured:
    code: int | None
    """None if it had not ended in time."""
    output: str
    memory: int
    """In kilobytes, at the peak of the process or of one that it started."""


def measured(command: Sequence[str], folder: Path, *, longest: float) -> Measured:
    """A command's exit code and peak memory; it is ended after `longest` seconds."""
    measure = [sys.executable, "-c", MEASURED, str(longest), *command]
    done = subprocess.run(measure, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True)
    output, _, figures = done.stdout.rstrip("\n").rpartition("\n")
    code, memory = json.loads(figures)
    return Measured(code, output, memory)


def has_ended(process: int) -> bool:
    """Whether a process that is not our child ends within a minute: the machine may be busy."""
    try:
        descriptor = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], 60)[0])
    finally:
        os.close(descriptor)


def descendants(parent: int) -> set[int]:
    """All descendants of a process."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        parents[int(stat.parent.name)] = int(fields[1])
    found = {parent}
    while more := {child for child, of in parents.items() if of in found} - found:
        found |= more
    return found - {parent}
