"""The processor time of a comparison: whatever is not settled in time is reported, and never called unchanged."""

import time
from collections.abc import Callable

LEAST = 10.0  # seconds
PER_MEGABYTE = 10.0  # seconds for each megabyte of both documents
ONE_FINDING = 2.0  # seconds of the budget that one finding may take


class OutOfTimeError(Exception):
    """The time for a finding, or for the whole comparison, is used up."""


class Budget:
    """Seconds of processor time for a whole comparison, and for each finding in it."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.process_time) -> None:
        self._clock = clock
        self._end = clock() + seconds
        self._one = min(ONE_FINDING, seconds / 5)
        self._finding_ends = self._end

    @property
    def is_spent(self) -> bool:
        return self._clock() >= self._end

    def start_finding(self) -> None:
        """Starts the time of one finding."""
        self._finding_ends = min(self._end, self._clock() + self._one)

    def check(self) -> None:
        """Raises OutOfTimeError if the comparison's time is used up."""
        if self.is_spent:
            raise OutOfTimeError

    def check_finding(self) -> None:
        """Raises OutOfTimeError if the time of the finding, or of the comparison, is used up."""
        if self._clock() >= self._finding_ends:
            raise OutOfTimeError


def default_budget(size: int) -> Budget:
    """The budget for documents of this size in bytes."""
    return Budget(LEAST + PER_MEGABYTE * size / 1e6)
