"""How far a run is: on a terminal one line that changes, elsewhere a line for each tenth, both on standard error.

Each says what is judged at the moment and about how long the rest takes. The verbosity of pytest decides: above 0 it
prints its own lines, below -1 nobody prints any.
"""

import sys
import time
from typing import Any

import pytest

from harness.cli._printing import complain
from harness.cli._time_left import time_left
from harness.display import one_line

STEPS = 10
"""How many lines there are where no terminal is."""


class Progress:
    """A plugin of pytest in place of its dots."""

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
        """No letter of pytest's own, unless a line for each scenario was asked for."""
        if config.get_verbosity() > 0:
            return None
        counts = report.when == "call" or not report.passed  # each scenario once, not what surrounds it
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
        """Not where a person is asked on the same terminal, either."""
        options = self._config.option
        return self._config.get_verbosity() in {-1, 0} and options.capture != "no" and not options.collectonly

    def _begin(self, total: int) -> None:
        if self._total or not total or not self._is_wanted:
            return
        self._total, self._started = total, time.monotonic()
        if sys.stderr.isatty():
            from rich.console import Console

            self._status = Console(stderr=True, highlight=False).status(f"0 of {total} scenarios")
            self._status.start()

    def _theme_of(self, requirements: "tuple[str, ...] | list[str]") -> str:
        """The theme of the requirement that a scenario exists for."""
        from harness.suite.plugin import RUN

        contracts = self._config.stash[RUN].contracts.values()
        known = (contract.requirements.get(key) for key in requirements[:1] for contract in contracts)
        return next((found.theme for found in known if found is not None), "")

    def _show(self, theme: str) -> None:
        left = time_left(time.monotonic() - self._started, self._done, self._total)
        line = one_line(", ".join(filter(None, (f"{self._done} of {self._total} scenarios", theme, left))))
        if self._status is not None:
            from rich.text import Text

            self._status.update(Text(line))
        elif self._done * STEPS // self._total > self._told:
            self._told = self._done * STEPS // self._total
            complain(line)
