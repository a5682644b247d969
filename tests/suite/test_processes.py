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

    shared = shared_by([same, totals, another])

    assert shared[same] == shared[totals] != shared[another]


def test_what_is_about_no_party_shares_a_process_with_its_module():
    stateful = "utleggsbegjaering/test_stateful.py::test_the_cases"
    filed = [f"utleggsbegjaering/test_submission.py::test_{name}" for name in ("one[simple]", "two")]
    generated = "property/test_corpus.py::test_the_frozen_corpus[kravogbetalinger-krav-314055403]"
    got = "kravogbetalinger/test_http.py::test_get"

    shared = shared_by([got, generated, stateful, *filed])

    assert shared[filed[0]] == shared[filed[1]]
    assert len(set(shared.values())) == 4


def test_a_scenario_of_one_s_own_shares_with_its_module():
    shared = shared_by(["test_mine.py::test_one", "test_mine.py::test_two[1]", "test_other.py::test_one"])

    assert shared["test_mine.py::test_one"] == shared["test_mine.py::test_two[1]"] != shared["test_other.py::test_one"]


def test_what_comes_last_waits_in_no_process_that_has_other_work():
    early, late = "kravogbetalinger/test_consent.py::test_read", "kravogbetalinger/test_consent.py::test_expired"
    between = "utleggsbegjaering/test_submission.py::test_two"

    shared = shared_by([early, between, late])

    assert len(set(shared.values())) == 3
    assert [*shared] == [early, between, late]
