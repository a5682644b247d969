"""The API seen from the inside: each party's profile, and what would be answered about it."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.sandbox.kravogbetalinger.errors import Refused
from harness.sandbox.kravogbetalinger.generator import profile_of, profiles
from harness.sandbox.kravogbetalinger.routes import ROOTS, Asked, KravOgBetalinger
from harness.sandbox.kravogbetalinger.views import Period
from harness.sandbox.service import Kept


@dataclass(frozen=True)
class InsideView:
    """The inside view of one service."""

    service: KravOgBetalinger

    @property
    def profiles(self) -> Mapping[str, str]:
        return profiles()

    def profile_of(self, party: str) -> str:
        return profile_of(party)

    def shown(self, party: str) -> Mapping[str, object]:
        """The four answers; those with a period cover the last year."""
        today = self.service.world.clock.today()
        period = Period(today - datetime.timedelta(days=364), today)
        return {operation: self._answer(operation, party, period, today) for operation in ROOTS}

    def _answer(self, operation: str, party: str, period: Period, today: datetime.date) -> object:
        try:
            return self.service.body(Asked(operation, party, None if operation == "aapnekrav" else period), today)
        except Refused as refused:
            return {"kode": refused.kode, "melding": refused.melding}

    def kept(self) -> Sequence[Kept]:
        return ()

    def putting(self, kind: str, key: str, state: str) -> None:  # noqa: ARG002 - nothing is kept
        return None
