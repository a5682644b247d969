"""How many processes a run is spread over, and which scenarios share one.

A scenario that is about a party shares what was asked of that party with the others that are, so they share a process:
the same calls would else be made in each.
"""

import math
import os
import re
from typing import Any, cast

import pytest

from harness.suite.lanes import WORTH_IT

OWN_TIME = 0.007
"""Seconds of processor time that a call costs us."""
MOST = 4
"""Processes beyond which a run ends no sooner: what shares a process is not divided further."""

PARTY = re.compile(r"\[.*?(\d{9})")
"""The party that a scenario is spread over, in its name."""


def processes_for(quickest: float, in_flight: int, cores: int) -> int:
    """As many as it takes to keep up with a target that answers within `quickest` seconds, and as there are cores.

    One for a target that takes longer than we do: its calls are on their way together from one.
    """
    if quickest >= WORTH_IT:
        return 1
    needed = math.ceil(in_flight * OWN_TIME / max(quickest, 0.001))
    return max(1, min(needed, cores, MOST))


def cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def spread(session: pytest.Session, processes: int) -> None:
    """Has pytest-xdist run a session that has just started in so many processes, as `-n` does."""
    from xdist.dsession import DSession  # noqa: PLC0415 - most runs do without

    option = session.config.option
    option.numprocesses, option.dist, option.tx = processes, "load", ["popen"] * processes
    distributed = DSession(session.config)
    session.config.pluginmanager.register(distributed, "dsession")
    distributed.pytest_sessionstart(session)


def scheduler_for(config: pytest.Config, log: object) -> object:
    """pytest-xdist's own scheduler by scope, where a scope is what scenarios share."""
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415 - most runs do without

    class ByWhatIsShared(LoadScopeScheduling):  # type: ignore[misc] # xdist has no types
        def _split_scope(self, nodeid: str) -> str:
            return shared_by(nodeid)

    return ByWhatIsShared(config, cast(Any, log))


def shared_by(scenario: str) -> str:
    """What scenarios have in common that share a process: the folder, and the party that they are about."""
    folder = scenario.partition("/")[0]
    party = PARTY.search(scenario)
    if "/" not in scenario or folder == "property":
        return scenario.partition("::")[0]
    return f"{folder} {party[1]}" if party else folder
