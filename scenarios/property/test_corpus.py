"""The gate: every boundary, and every keyword broken once, with the same requests in every run."""

import allure
import pytest

from harness.suite.generated import replay
from harness.suite.markers import not_run


@pytest.mark.suite("property")
def test_the_frozen_corpus(bench, api, operation, outbox, following):
    """Every frozen request for an operation, five in flight."""
    sent = replay(bench, outbox, operation, following)

    corpus = outbox.corpus(bench.contract)
    frozen = sum(case.operation == operation for case in corpus.cases)
    cut = sum(count for kind, count in corpus.cut.items() if kind.startswith(f"{operation} "))
    allure.dynamic.description(f"{sent} of {frozen} frozen requests sent; {cut} more were cut when it was frozen.")
    if not sent:
        not_run("the corpus contains nothing for this operation")
