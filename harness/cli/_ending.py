"""How a run ends: what the suite's plugin leaves to a command, because it knows neither drift nor the command line.

The plugin is imported late: pytest must load it first, to rewrite its assertions.
"""

import gc
import io
import os
from typing import TYPE_CHECKING, Any

import pytest

from harness.cli._boundary import TRACEBACK, failure
from harness.cli._printing import complain
from harness.reporting.room import no_room
from harness.reporting.terminal import print_verdict
from harness.suite.patience import INTERRUPTED

if TYPE_CHECKING:
    from harness.suite.run import Run


class Ending:
    """Compares the run's traffic with the specification and prints the verdict on standard output."""

    def __init__(self) -> None:
        self.config: Any = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        self.config = config

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        from harness.drift.flows.run import drift_of
        from harness.suite.plugin import RUN

        if RUN in session.config.stash:
            session.config.stash[RUN].observe = drift_of
        gc.freeze()  # what is loaded by now lives until the end
        gc.enable()

    @pytest.hookimpl(tryfirst=True)
    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
        """Prints one line on what broke; pytest's traceback, which may contain anything, is printed only on request."""
        complain(f"Error: {failure(excinfo.value)}.")
        is_hidden = not os.environ.get(TRACEBACK)
        reporter = self.config.pluginmanager.get_plugin("terminalreporter") if self.config is not None else None
        if is_hidden and reporter is not None:
            reporter._tw._file = io.StringIO()
        return is_hidden

    @property
    def run(self) -> "Run | None":
        """The run, once pytest is configured for it."""
        from harness.suite.plugin import RUN

        return self.config.stash.get(RUN, None) if self.config is not None else None

    def conclude(self, code: int, escaped: BaseException | None) -> int | None:
        """The run's own exit code, or None if there is none.

        What it had found before something broke is kept. `code` is pytest's own, `escaped` what pytest raised instead
        of returning one.
        """
        run = self.run
        if run is None:
            return None
        if run.verdict is None and no_room(escaped) is None:
            if code == pytest.ExitCode.INTERRUPTED:  # before the run began
                run.cut_off(INTERRUPTED)
                run.finish()
            elif code == pytest.ExitCode.INTERNAL_ERROR:
                run.cut_off(failure(escaped) if escaped else "pytest or one of its plugins failed")
                run.finish()
        run.close()
        return run.exit_code

    def show(self) -> None:
        run = self.run
        if run is not None and run.verdict is not None and not run.is_grounded:
            print_verdict(run.verdict, run.contracts.values(), run.settings.out)
