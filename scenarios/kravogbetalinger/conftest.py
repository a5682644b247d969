"""Hands out the API and an organisation's ledger, and spreads scenarios over what the target has."""

import contextlib
import time

import pytest

from harness.auth.maskinporten import AccessToken
from harness.suite.bench import Bench
from harness.suite.markers import NothingToJudgeError, not_run
from harness.suite.plugin import target_of
from scenarios.kravogbetalinger.client import API, OPERATIONS, WITH_PERIOD, KravOgBetalinger
from scenarios.kravogbetalinger.ledger import Ledger

LIFE = 1
"""Seconds that a token of a sandbox lives to be judged at the end of the run."""


@pytest.fixture
def kob(bench: Bench) -> KravOgBetalinger:
    return KravOgBetalinger(bench)


@pytest.fixture
def ledger(kob: KravOgBetalinger, organisation: str) -> Ledger:
    return Ledger(kob, organisation)


@pytest.fixture(scope="session")
def ageing_tokens() -> list[AccessToken | None]:
    """The token that ages while the run goes on, once it has been fetched; None where it opened nothing."""
    return []


@pytest.fixture(autouse=True)
def _fetch_ageing_token(bench: Bench, ageing_tokens: list[AccessToken | None]) -> None:
    """With the first scenario of a worker, so that it has the whole run to expire in."""
    if not ageing_tokens:
        ageing_tokens.append(None)
        with contextlib.suppress(NothingToJudgeError):
            ageing_tokens[0] = used_token(KravOgBetalinger(bench))


def used_token(kob: KravOgBetalinger) -> AccessToken | None:
    """A token that has opened the service: one that lives a second where the target mints it, else a real one."""
    token = kob.bench.maskinporten.fetch(kob.bench.subject(kob.rettighetspakke, kob.organisation))
    if kob.bench.mints:
        end = int(time.time()) + LIFE
        minted = kob.bench.minted(token.value, exp=end)
        token = AccessToken(minted, token.fresh_until, time.monotonic() + LIFE)
    opened = kob.get("aapnekrav", token=token.value).status in {200, 404}
    return token if opened else None


@pytest.fixture
def ageing_token(ageing_tokens: list[AccessToken | None]) -> AccessToken:
    """A token that opened the service when the run began."""
    return ageing_tokens[0] or not_run("no token opened the service when the run began")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Spreads scenarios over the target's organisations, its rights packages and the operations."""
    api = target_of(metafunc.config).apis.get(API)
    spreads = {
        "organisation": api.organisations if api else (),
        "rettighetspakke": tuple(api.access) if api else (),
        "operation": OPERATIONS,
        "period_operation": WITH_PERIOD,
    }
    for name, values in spreads.items():
        if name in metafunc.fixturenames:
            none = pytest.param("", id="none", marks=pytest.mark.not_testable(f"the target names no {name}"))
            metafunc.parametrize(name, values or [none])
