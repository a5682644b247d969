"""How many processes a run chooses, and which scenarios share one."""

import pytest

from harness.suite.processes import processes_for, shared_by


@pytest.mark.parametrize(
    ("quickest", "in_flight", "cores", "processes"),
    [
        pytest.param(0.001, 5, 2, 2, id="a sandbox on two cores"),
        pytest.param(0.001, 5, 1, 1, id="a sandbox on one core"),
        pytest.param(0.001, 5, 64, 4, id="a sandbox on many cores"),
        pytest.param(0.012, 5, 8, 3, id="as many as it takes to keep up"),
        pytest.param(0.050, 5, 8, 1, id="a target that is slower than we are"),
        pytest.param(0.0, 5, 2, 2, id="no time at all"),
        pytest.param(float("inf"), 5, 8, 1, id="no call was answered"),
    ],
)
def test_processes_are_as_many_as_keep_up(quickest: float, in_flight: int, cores: int, processes: int):
    assert processes_for(quickest, in_flight, cores) == processes


def test_what_is_about_one_party_shares_a_process():
    """What one of them has requested, the others reuse."""
    same = "kravogbetalinger/test_same.py::test_an_answer_does_not_depend_on_those_before_it[314055403-krav]"
    totals = "kravogbetalinger/test_totals.py::test_a_sum[skatt-314055403]"
    another = "kravogbetalinger/test_totals.py::test_a_sum[skatt-311851381]"

    assert shared_by(same) == shared_by(totals) != shared_by(another)


def test_what_is_about_no_party_shares_a_process_by_api():
    stateful = "utleggsbegjaering/test_stateful.py::test_the_cases"
    filed = "utleggsbegjaering/test_submission.py::test_one[simple]"
    generated = "property/test_corpus.py::test_the_frozen_corpus[utleggsbegjaering-opprettBegjaering]"

    assert shared_by(stateful) == shared_by(filed)
    assert len({shared_by(stateful), shared_by(generated), shared_by("kravogbetalinger/test_http.py::test_get")}) == 3


def test_a_scenario_of_one_s_own_shares_with_its_module():
    assert shared_by("test_mine.py::test_one") == shared_by("test_mine.py::test_two[1]") == "test_mine.py"
