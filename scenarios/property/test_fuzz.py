"""For nightly runs: random requests, from the seed that the run prints."""

import pytest

from harness.suite.generated import ensure_can_be_sent
from harness.suite.markers import not_testable

FUZZ = "x-provestand-fuzz"
"""Set on an operation: false if the generator would need minutes for one body of so many objects."""


@pytest.mark.suite("fuzz")
@pytest.mark.parametrize("mode", ["positive", "negative"])
def test_generated_requests(bench, api, operation, mode, pytestconfig):
    """Each kind of deviation is reported once, with the first request that showed it."""
    from harness.suite.exploring import explore  # noqa: PLC0415 - the gate does without the generator

    ensure_can_be_sent(bench, operation)
    if bench.contract.document.operation(operation).definition.get(FUZZ) is False:
        not_testable("its body is too large to be generated freely; the API's own scenarios generate it")

    explore(bench, operation, mode, start=pytestconfig.option.seed, most=pytestconfig.option.max_examples)
