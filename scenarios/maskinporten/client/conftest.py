"""Parametrises the judging of a recording over the checks that the requirements name."""

import pytest

from harness.contract.client_checks import all_client_checks
from harness.suite.plugin import contracts_of


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One scenario for each check of the APIs and the issuer that the run covers."""
    if "client_check" not in metafunc.fixturenames:
        return
    found = [
        pytest.param(name, check, id=f"{name}-{check}", marks=pytest.mark.requirement(requirement))
        for name, contract in contracts_of(metafunc.config).items()
        for check, requirement in contract.by_check.items()
        if check in all_client_checks()
    ]
    metafunc.parametrize(("api", "client_check"), found)
