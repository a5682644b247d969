"""Processes that are no children of ours: which there are, and whether they end."""

import os
import select
from pathlib import Path


def has_ended(process: int) -> bool:
    """Whether a process that is no child of ours ends within a minute: the machine may have other things to do."""
    try:
        descriptor = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], 60)[0])
    finally:
        os.close(descriptor)


def descendants(parent: int) -> set[int]:
    """Everything that a process started, and what that started."""
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
