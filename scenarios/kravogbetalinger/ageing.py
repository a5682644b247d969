"""What must expire before it can be judged: fetched with a worker's first scenario, it ages while the others run.

A sandbox mints tokens that live a few seconds. Elsewhere a token is a real one, which may outlive the run.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from harness.suite.markers import not_testable
from scenarios.kravogbetalinger.caller import KravOgBetalinger

LIFE = 4
"""Seconds that a token lives which is made to expire."""

SKEW = 11.0
"""Seconds after its end at which a token is expired for everybody: a provider's clock may be 10 s behind."""

PATIENCE = 15.0
"""Seconds that a run waits at its end."""


@dataclass(frozen=True)
class Ageing:
    """A token that is on its way out. `expires` is a moment of the monotonic clock."""

    value: str
    expires: float
    opened: bool
    """Whether it let a call in while it was good."""
    wait: Callable[[float], None]

    def expired(self) -> str:
        """The token once it has expired; ends the scenario where that is too far off, or where it never was good."""
        if not self.opened:
            not_testable("the token opened nothing while it was good")
        left = self.expires + SKEW - time.monotonic()
        if left > PATIENCE:
            not_testable(f"the token lives {left:.0f} s longer than the run; KOB-AUTH-008 judges a minted one")
        self.wait(max(left, 0.0))
        return self.value


def ageing_token(kob: KravOgBetalinger) -> Ageing:
    """An access token that has opened the service."""
    fetched = kob.bench.maskinporten.fetch(kob.bench.subject(kob.rettighetspakke, kob.organisation))
    token = Ageing(fetched.value, fetched.expires, opened=False, wait=kob.bench.wait)
    if kob.bench.target.maskinporten.mint is not None:
        minted = kob.bench.minted(token.value, exp=int(time.time()) + LIFE)
        token = Ageing(minted, time.monotonic() + LIFE, opened=False, wait=kob.bench.wait)
    return replace(token, opened=kob.get("aapnekrav", token=token.value).status in {200, 404})


def ageing_consent(kob: KravOgBetalinger) -> Ageing:
    """A consent token of Altinn 2. Whether the service reads such a one is asked of a fresh one, when this is old."""
    return Ageing(kob.consent_of_altinn_2(ttl=str(LIFE)), time.monotonic() + LIFE, opened=True, wait=kob.bench.wait)
