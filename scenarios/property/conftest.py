"""Parametrises the generated requests over APIs and operations, and keeps those of the next operation in flight."""

from collections.abc import Iterator

import pytest

from harness.suite.generated import Outbox
from harness.suite.plugin import FOLLOWING, contracts_of
from harness.suite.selection import SCHEMATHESIS


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One item per operation, which names every requirement that schemathesis's checks judge."""
    if not {"api", "operation"} <= set(metafunc.fixturenames):
        return
    items = []
    for api, contract in contracts_of(metafunc.config).items():
        cited = [key for check, key in contract.by_check.items() if check.startswith(SCHEMATHESIS)]
        marks = pytest.mark.requirement(*dict.fromkeys(cited))
        names = [operation.id for operation in contract.document.operations]
        items += [pytest.param(api, name, id=f"{api}-{name}", marks=marks) for name in names]
    metafunc.parametrize(("api", "operation"), items)


@pytest.fixture(scope="module")
def outbox() -> Iterator[Outbox]:
    with Outbox() as opened:
        yield opened


@pytest.fixture
def following(request: pytest.FixtureRequest, api: str) -> str | None:
    """The next operation of the same API."""
    coming = request.node.stash[FOLLOWING]
    if getattr(coming, "function", None) is not request.function or coming.callspec.params["api"] != api:
        return None
    return coming.callspec.params["operation"]
