"""The API's own clock: the sandbox's, moved forward by hand, so that nobody has to wait for a pipeline or a date."""

import datetime
from dataclasses import dataclass

from harness.sandbox.clock import NORWAY, Clock


@dataclass
class ForwardClock:
    """Tokens follow the sandbox's own time: they do not expire when this clock is moved forward."""

    clock: Clock
    ahead: datetime.timedelta = datetime.timedelta()

    def now(self) -> datetime.datetime:
        return self.clock.now() + self.ahead

    def today(self) -> datetime.date:
        return self.now().astimezone(NORWAY).date()

    def put_forward(self, seconds: int) -> None:
        self.ahead += datetime.timedelta(seconds=seconds)
