"""The sandbox's clock: the real time, or a chosen start time that advances from there."""

import datetime
import time
from zoneinfo import ZoneInfo

from harness.sandbox.reach import InPassing

NORWAY = ZoneInfo("Europe/Oslo")
WHAT = ("clock",)


class Clock:
    """The time in UTC. With a start, it begins there and advances with real time.

    `ahead` is how many seconds it is ahead of the machine's clock, except for calls to which `passing` shows another
    time.
    """

    def __init__(self, start: datetime.datetime | None, passing: InPassing) -> None:
        self.ahead = self.ahead_at_start = start.timestamp() - time.time() if start else 0.0
        self._passing = passing

    def put_ahead(self, seconds: float) -> None:
        """Jumps to this many seconds ahead of the machine's clock, and advances from there."""
        self.ahead = seconds

    def timestamp(self) -> float:
        """Seconds since 1970."""
        shown = self._passing.value_of(WHAT)
        return time.time() + (shown if isinstance(shown, float) else self.ahead)

    def undisturbed(self) -> float:
        """Seconds since 1970, as if the clock had never been moved."""
        return time.time() + self.ahead_at_start

    def now(self) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(self.timestamp(), datetime.UTC)

    def today(self) -> datetime.date:
        """Today's date in Norway, where the service and its users are."""
        return self.now().astimezone(NORWAY).date()
