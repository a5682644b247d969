"""The sandbox's clock: the time of day, or a chosen start that goes on from there."""

import datetime
import time
from zoneinfo import ZoneInfo

NORWAY = ZoneInfo("Europe/Oslo")


class Clock:
    """Tells the time in UTC. With a start it begins there and advances with real time.

    `ahead` is how many seconds it is ahead of the machine's clock.
    """

    def __init__(self, start: datetime.datetime | None = None) -> None:
        self.ahead = self.ahead_at_start = start.timestamp() - time.time() if start else 0.0

    def put_ahead(self, seconds: float) -> None:
        """Jumps to so many seconds ahead of the machine's clock, and goes on from there."""
        self.ahead = seconds

    def timestamp(self) -> float:
        """Seconds since 1970."""
        return time.time() + self.ahead

    def now(self) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(self.timestamp(), datetime.UTC)

    def today(self) -> datetime.date:
        """The day in Norway, where the service and its users are."""
        return self.now().astimezone(NORWAY).date()
