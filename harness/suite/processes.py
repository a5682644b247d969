"""Decides how many processes a run uses, and which scenarios share one.

Scenarios about the same party share the answers about it, so they run in the same process: otherwise each process would
repeat the same calls.
"""

import math
import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any, cast

import pytest

from harness.suite.lanes import WORTH_IT

OWN_TIME = 0.007
"""Processor time in seconds that a call costs us."""
MOST = 4
"""Processes beyond which a run gets no faster: scenarios that share a process are not divided further."""

PARTY = re.compile(r"\[.*?(\d{9})")
"""The party in a parametrised scenario's name."""


def processes_for(quickest: float, in_flight: int, cores: int) -> int:
    """As many processes as keep up with a target that answers within `quickest` seconds, limited by the cores.

    One for a target that is slower than we are: a single process can keep all its calls in flight.
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
    """Has pytest-xdist run a session that has just started in this many processes, as `-n` does."""
    from xdist.dsession import DSession  # noqa: PLC0415 - most runs do not need it

    option = session.config.option
    option.numprocesses, option.dist, option.tx = processes, "load", ["popen"] * processes
    distributed = DSession(session.config)
    session.config.pluginmanager.register(distributed, "dsession")
    distributed.pytest_sessionstart(session)


def scheduler_for(config: pytest.Config, log: object) -> object:
    """pytest-xdist's scheduler by scope; the scope is what scenarios share."""
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415 - most runs do not need it

    class ByWhatIsShared(LoadScopeScheduling):  # type: ignore[misc] # xdist has no types
        def schedule(self) -> None:
            if self.collection is None:
                self._shared = shared_by(next(iter(self.registered_collections.values()), []))
            super().schedule()

        def _split_scope(self, nodeid: str) -> str:
            return self._shared[nodeid]

    config.option.loadscopereorder = False  # what is to come first or last does
    return ByWhatIsShared(config, cast(Any, log))


def shared_by(scenarios: Iterable[str]) -> Mapping[str, str]:
    """For each scenario, in the order of the run, the key of those that run in the same process.

    Scenarios about the same party share the answers about it; others run with their module. A scenario that comes
    before or after the others of its module was put there because of its time, so it runs apart from them.
    """
    found: dict[str, str] = {}
    times: Counter[str] = Counter()
    for module, members in groupby(scenarios, lambda scenario: scenario.partition("::")[0]):
        times[module] += 1
        for scenario in members:
            party = PARTY.search(scenario) if times[module] == 1 and not module.startswith("property/") else None
            found[scenario] = f"{module.partition('/')[0]} {party[1]}" if party else f"{module} {times[module]}"
    return found
