"""Hands out the API and an organisation's ledger, and spreads scenarios over what the target has."""

import pytest

from harness.auth.maskinporten import AccessToken
from harness.suite.bench import Bench
from harness.suite.markers import not_run
from harness.suite.plugin import target_of
from scenarios.kravogbetalinger.client import API, OPERATIONS, WITH_PERIOD, KravOgBetalinger
from scenarios.kravogbetalinger.ledger import Ledger


@pytest.fixture
def kob(bench: Bench) -> KravOgBetalinger:
    return KravOgBetalinger(bench)


@pytest.fixture
def ledger(kob: KravOgBetalinger, organisation: str) -> Ledger:
    return Ledger(kob, organisation)


@pytest.fixture(scope="session")
def ageing_tokens() -> dict[str, AccessToken]:
    """The token that ages while the run goes on, once it has been fetched."""
    return {}


@pytest.fixture(autouse=True)
def _fetch_ageing_token(bench: Bench, ageing_tokens: dict[str, AccessToken]) -> None:
    """With the first scenario of a worker, so that it has the whole run to expire in."""
    if not ageing_tokens and bench.api.organisations and bench.api.access:
        kob = KravOgBetalinger(bench)
        subject = bench.subject(kob.rettighetspakke, kob.organisation)
        token = bench.maskinporten.fetch(subject)
        used = kob.get("aapnekrav", token=token.value)
        ageing_tokens["token" if used.status in {200, 404} else "refused"] = token


@pytest.fixture
def ageing_token(ageing_tokens: dict[str, AccessToken]) -> AccessToken:
    """A token that opened the service when the run began."""
    return ageing_tokens.get("token") or not_run("no token opened the service when the run began")


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
