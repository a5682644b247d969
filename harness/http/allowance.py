"""What a user allows a run beside fair use: so many requests a second, and so many in all, over every process."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock


class BudgetSpentError(Exception):
    """The run has sent as many requests as it may."""


@dataclass(frozen=True)
class Allowance:
    """Both limits, with the folders in which processes keep count together; None means no limit.

    The pace is shared by every run on the machine against the same address, the budget by the processes of one run.
    """

    pace_folder: Path
    budget_folder: Path
    per_second: float | None = None
    budget: int | None = None
    now: Callable[[], float] = time.time
    pause: Callable[[float], None] = time.sleep

    def take(self) -> None:
        """Waits for this request's turn; raises BudgetSpentError."""
        if self.budget is not None:
            self._spend(self.budget)
        if self.per_second is not None:
            wait = self._turn(1 / self.per_second)
            if wait > 0:
                self.pause(wait)

    def _spend(self, budget: int) -> None:
        path = self.budget_folder / "budget.json"
        with FileLock(path.with_suffix(".lock")):
            sent = _number(path, 0)
            if sent >= budget:
                raise BudgetSpentError(f"the budget of {budget} requests is spent. Raise `request_budget`.")
            path.write_text(json.dumps(sent + 1))

    def _turn(self, distance: float) -> float:
        """Books the next free moment and returns how far away it is, in seconds."""
        path = self.pace_folder / "pace.json"
        with FileLock(path.with_suffix(".lock")):
            now = self.now()
            at = max(now, _number(path, now))
            path.write_text(json.dumps(at + distance))
        return at - now


def _number(path: Path, missing: float) -> float:
    """The number in a file; the other one where there is no file, or a killed process left half of one."""
    try:
        return float(path.read_text())
    except (OSError, ValueError):
        return missing
