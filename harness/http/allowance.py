"""The user's own limits on a run, besides fair use: requests per second and in total, over all processes."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from harness.http.locked import locked


class BudgetSpentError(Exception):
    """The run has used up its request budget."""


@dataclass(frozen=True)
class Allowance:
    """Both limits, with the folders in which processes count together; None means no limit.

    All runs on the machine against the same address share the pace, the processes of one run share the budget.
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
        with locked(path.with_suffix(".lock")):
            sent = _number(path, 0)
            if sent >= budget:
                raise BudgetSpentError(f"the request budget of {budget} is spent. Raise `request_budget`.")
            path.write_text(json.dumps(sent + 1))

    def _turn(self, distance: float) -> float:
        """Reserves the next free slot and returns the seconds until then."""
        path = self.pace_folder / "pace.json"
        with locked(path.with_suffix(".lock")):
            now = self.now()
            at = max(now, _number(path, now))
            path.write_text(json.dumps(at + distance))
        return at - now


def _number(path: Path, missing: float) -> float:
    """The number in a file; `missing` if there is no file or a killed process left a partial one."""
    try:
        return float(path.read_text())
    except (OSError, ValueError):
        return missing
