"""Tokens that must expire before they can be judged: fetched early, they age while other scenarios run.

They are fetched with a worker's first scenario. A sandbox mints tokens that live a few seconds. Elsewhere a token is a
real one, which may outlive the run.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from harness.suite.markers import not_testable
from scenarios.kravogbetalinger.caller import KravOgBetalinger

LIFE = 4
"""Lifetime in seconds of a token that is minted to expire."""

SKEW = 11.0
"""Seconds after `expires` when a token has expired for everyone: a provider's clock may be 10 s behind."""

PATIENCE = 15.0
"""How many seconds a run waits at its end."""


@dataclass(frozen=True)
class Ageing:
    """A token that is about to expire. `expires` is a time on the monotonic clock."""

    value: str
    expires: float
    opened: bool
    """Whether it gave access while it was valid."""
    wait: Callable[[float], None]

    def expired(self) -> str:
        """The token after it has expired; ends the scenario if that is too far off, or if it never gave access."""
        if not self.opened:
            not_testable("the token gave no access while it was valid")
        left = self.expires + SKEW - time.monotonic()
        if left > PATIENCE:
            not_testable(f"the token lives {left:.0f} s longer than the run; KOB-AUTH-008 judges a minted token")
        self.wait(max(left, 0.0))
        return self.value


def ageing_token(kob: KravOgBetalinger) -> Ageing:
    """An access token that has given access to the service."""
    fetched = kob.bench.maskinporten.fetch(kob.bench.subject(kob.rettighetspakke, kob.organisation))
    token = Ageing(fetched.value, fetched.expires, opened=False, wait=kob.bench.wait)
    if kob.bench.target.maskinporten.mint is not None:
        minted = kob.bench.minted(token.value, exp=int(time.time()) + LIFE)
        token = Ageing(minted, time.monotonic() + LIFE, opened=False, wait=kob.bench.wait)
    return replace(token, opened=kob.get("aapnekrav", token=token.value).status in {200, 404})


def ageing_consent(kob: KravOgBetalinger) -> Ageing:
    """An Altinn 2 consent token. A fresh one shows later whether the service reads such tokens at all."""
    return Ageing(kob.consent_of_altinn_2(ttl=str(LIFE)), time.monotonic() + LIFE, opened=True, wait=kob.bench.wait)
