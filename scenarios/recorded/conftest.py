"""Parametrises what holds for any recording over the APIs in it."""

import pytest

from harness.suite.plugin import contracts_of


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "api" in metafunc.fixturenames:
        metafunc.parametrize("api", list(contracts_of(metafunc.config)))
