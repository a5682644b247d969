"""For the night: requests that nobody thought of, from the seed that the run prints."""

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.generation import GenerationMode

from harness.suite.corpus import schema_operation
from harness.suite.generated import explore
from harness.suite.markers import not_testable

FUZZ = "x-provestand-fuzz"
"""On an operation: false where the generator would take minutes for one body of so many objects."""


@pytest.mark.suite("fuzz")
@pytest.mark.parametrize("mode", list(GenerationMode), ids=str)
def test_generated_requests(bench, api, operation, mode, pytestconfig):
    """Each kind of deviation is reported once, with the first request that showed it."""
    if not bench.api.organisations or not bench.api.access:
        not_testable("the target names no organisation, or opens no way in")
    bench.ensure_open(operation)
    if bench.contract.document.operation(operation).definition.get(FUZZ) is False:
        not_testable("its body is too large to be generated freely; the API's own scenarios generate it")
    generated = schema_operation(bench.contract, operation).as_strategy(generation_mode=mode)

    @seed(pytestconfig.option.seed)
    @settings(
        max_examples=pytestconfig.option.max_examples,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=generated)
    def send(case):
        explore(bench, operation, case)

    send()
