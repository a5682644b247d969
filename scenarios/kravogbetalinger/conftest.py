"""Hands out the API and an organisation's ledger, and spreads scenarios over what the target has."""

import pytest

from harness.suite.bench import Bench
from harness.suite.plugin import target_of
from scenarios.kravogbetalinger.client import API, OPERATIONS, WITH_PERIOD, KravOgBetalinger
from scenarios.kravogbetalinger.ledger import Ledger


@pytest.fixture
def kob(bench: Bench) -> KravOgBetalinger:
    return KravOgBetalinger(bench)


@pytest.fixture
def ledger(kob: KravOgBetalinger, organisation: str) -> Ledger:
    return Ledger(kob, organisation)


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
