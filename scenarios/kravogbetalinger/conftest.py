"""Provides the API and an organisation's ledger, and parametrises scenarios over what the target has."""

import contextlib

import pytest

from harness.suite.bench import Bench
from harness.suite.markers import NothingToJudgeError
from harness.suite.plugin import target_of
from scenarios.kravogbetalinger.ageing import Ageing, ageing_consent, ageing_token
from scenarios.kravogbetalinger.caller import API, OPERATIONS, WITH_PERIOD, KravOgBetalinger
from scenarios.kravogbetalinger.ledger import Ledger
from scenarios.kravogbetalinger.recorded_ledger import RecordedLedger


@pytest.fixture
def kob(bench: Bench) -> KravOgBetalinger:
    return KravOgBetalinger(bench)


@pytest.fixture
def ledger(kob: KravOgBetalinger, organisation: str) -> Ledger | RecordedLedger:
    return RecordedLedger(kob, organisation) if kob.bench.is_recorded else Ledger(kob, organisation)


@pytest.fixture(scope="session")
def ageing() -> dict[str, Ageing | None]:
    """The token that ages during the run, by kind, once it has been fetched; None if the target has no such token."""
    return {}


@pytest.fixture(autouse=True)
def _fetch_what_ages(bench: Bench, ageing: dict[str, Ageing | None]) -> None:
    """Fetched with a worker's first scenario, so that it has the whole run to expire in."""
    if not ageing:
        for kind, fetch in {"token": ageing_token, "consent": ageing_consent}.items():
            ageing[kind] = None
            with contextlib.suppress(NothingToJudgeError):
                ageing[kind] = fetch(KravOgBetalinger(bench))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrises scenarios over the target's organisations, its rights packages and the operations."""
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
