"""The gate: every boundary and every keyword broken once, the same requests in every run."""

import allure
import pytest

from harness.suite.corpus import corpus_of
from harness.suite.generated import replay
from harness.suite.markers import not_run, not_testable


@pytest.mark.suite("property")
def test_the_frozen_corpus(bench, api, operation):
    """Every frozen request of an operation, five in flight."""
    if not bench.api.organisations or not bench.api.access:
        not_testable("the target names no organisation, or opens no way in")
    bench.ensure_open(operation)
    corpus = corpus_of(bench.contract)
    cases = [case for case in corpus.cases if case.operation == operation]

    sent = replay(bench, cases)

    cut = sum(count for kind, count in corpus.cut.items() if kind.startswith(f"{operation} "))
    allure.dynamic.description(f"{sent} of {len(cases)} frozen requests sent; {cut} more were cut when it was frozen.")
    if not sent:
        not_run("the corpus holds nothing for this operation")
