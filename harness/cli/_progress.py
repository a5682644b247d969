"""A run's progress on standard error: one line that updates on a terminal, elsewhere one line per tenth.

Each line says what is being judged and roughly how long the rest will take. With a verbosity above 0 pytest prints its
own lines instead; below -1 there are none.
"""

import sys
import time
from typing import Any

import pytest

from harness.cli._printing import complain
from harness.cli._time_left import time_left
from harness.display import one_line, quantity

STEPS = 10
"""How many progress lines a run prints without a terminal."""


class Progress:
    """A pytest plugin that replaces its dots."""

    def __init__(self) -> None:
        self._total = self._done = self._told = 0
        self._started = time.monotonic()
        self._status: Any = None
        self._config: Any = None

    def pytest_configure(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._begin(len(session.items))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        self._begin(len(ids))

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport, config: pytest.Config) -> tuple[str, str, str] | None:
        """Suppresses pytest's own letters, unless a line per scenario was requested."""
        if config.get_verbosity() > 0:
            return None
        counts = report.when == "call" or not report.passed  # each scenario once, without its setup and teardown
        return report.outcome if counts else "", "", ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        members = getattr(report, "provestand", None)
        if members is not None and self._is_wanted:
            self._done += 1
            self._show(self._theme_of(members["requirements"]))

    def pytest_sessionfinish(self) -> None:
        if self._status is not None:
            self._status.stop()

    @property
    def _is_wanted(self) -> bool:
        """Not when a person is being asked questions on the same terminal, either."""
        options = self._config.option
        return self._config.get_verbosity() in {-1, 0} and options.capture != "no" and not options.collectonly

    def _begin(self, total: int) -> None:
        if self._total or not total or not self._is_wanted:
            return
        self._total, self._started = total, time.monotonic()
        if sys.stderr.isatty():
            from rich.console import Console

            self._status = Console(stderr=True, highlight=False).status(f"0 of {quantity(total, 'scenario')}")
            self._status.start()

    def _theme_of(self, requirements: "tuple[str, ...] | list[str]") -> str:
        """The theme of the requirement that a scenario is about."""
        from harness.suite.plugin import RUN

        contracts = self._config.stash[RUN].contracts.values()
        known = (contract.requirements.get(key) for key in requirements[:1] for contract in contracts)
        return next((found.theme for found in known if found is not None), "")

    def _show(self, theme: str) -> None:
        left = time_left(time.monotonic() - self._started, self._done, self._total)
        line = one_line(", ".join(filter(None, (f"{self._done} of {quantity(self._total, 'scenario')}", theme, left))))
        if self._status is not None:
            from rich.text import Text

            self._status.update(Text(line))
        elif self._done * STEPS // self._total > self._told:
            self._told = self._done * STEPS // self._total
            complain(line)
