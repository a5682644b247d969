"""A verdict says what the outcomes say, no more and no less."""

import datetime

import pytest

from harness.verdict.conclusion import EXIT_CODES, Circumstances, conclude
from harness.verdict.outcome import Finding, Observed, Outcome, Sample

THEN = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
AROUND = Circumstances("sandbox", 7, THEN, THEN + datetime.timedelta(seconds=2), "provestand run --seed 7")


def outcome(*requirements: str, result: str = "passed", reason: str = "", **more: object) -> Outcome:
    return Outcome("boeker/test_x.py::test_y[1]", "boeker", requirements, result, reason, **more)


def finding(requirement: str, **more: str) -> Finding:
    return Finding(requirement, "test_y", "status 200", "refused", "status 200", **more)


@pytest.fixture
def statuses(contract):
    def of(*outcomes: Outcome) -> dict[str, tuple[str, str]]:
        verdict = conclude(outcomes, [contract], AROUND)
        return {entry.id: (entry.status, entry.reason) for entry in verdict.requirements}

    return of


def test_a_passed_scenario_passes_what_it_cites_and_nothing_else(statuses):
    found = statuses(outcome("KODE-1"))

    assert found["KODE-1"] == ("passed", "")
    assert found["KODE-2"] == ("not_run", "nothing in this run could show it")


def test_a_deviation_fails_its_requirement_alone(statuses):
    found = statuses(outcome("KODE-1", "KODE-2", result="deviations", findings=[finding("KODE-2")]))

    assert (found["KODE-1"][0], found["KODE-2"][0]) == ("passed", "failed")


def test_an_exchange_that_a_check_judged_passes_the_requirement(statuses):
    assert statuses(outcome("KODE-1", judged={"charset_utf8": 3}))["charset_utf8"] == ("passed", "")


@pytest.mark.parametrize("result", ["not_testable", "not_run"])
def test_what_could_not_be_judged_says_why(statuses, result):
    assert statuses(outcome("KODE-1", result=result, reason="no consent"))["KODE-1"] == (result, "no consent")


def test_one_organisation_that_shows_it_is_enough(statuses):
    found = statuses(outcome("KODE-1", result="not_run", reason="empty"), outcome("KODE-1"))

    assert found["KODE-1"] == ("passed", "")


@pytest.mark.parametrize(
    ("outcomes", "word", "code"),
    [
        ([outcome("KODE-1")], "conformant", 0),
        ([outcome("KODE-1", result="deviations", findings=[finding("KODE-1")])], "deviations", 1),
        ([outcome("KODE-1"), outcome("KODE-2", result="error", reason="no answer")], "inconclusive", 3),
        ([outcome("KODE-1", result="not_testable", reason="x")], "inconclusive", 3),
        ([], "inconclusive", 3),
        (
            [
                outcome("KODE-1", result="deviations", findings=[finding("KODE-1")]),
                outcome("KODE-2", result="error", reason="no answer"),
            ],
            "deviations",
            1,
        ),
    ],
    ids=["passed", "deviation", "network", "nothing judged", "nothing run", "a fact stays a fact"],
)
def test_the_word_and_the_exit_code(contract, outcomes, word, code):
    verdict = conclude(outcomes, [contract], AROUND)

    assert (verdict.verdict, EXIT_CODES[verdict.verdict]) == (word, code)


def test_a_problem_of_the_run_is_no_conformance(contract):
    around = Circumstances("sandbox", 7, THEN, THEN, "provestand run", ("the run was interrupted",))

    verdict = conclude([outcome("KODE-1")], [contract], around)

    assert (verdict.verdict, verdict.problems) == ("inconclusive", ["the run was interrupted"])


def test_a_fingerprint_is_the_same_for_every_run_and_organisation(contract):
    first = conclude([outcome("KODE-1", findings=[finding("KODE-1", organisation="313367002")])], [contract], AROUND)
    again = conclude([outcome("KODE-1", findings=[finding("KODE-1", organisation="311851381")])], [contract], AROUND)

    assert [d.fingerprint for d in first.deviations] == [d.fingerprint for d in again.deviations] != []


def test_the_same_deviation_twice_is_one_entry_seen_twice(contract):
    found = conclude([outcome("KODE-1", findings=[finding("KODE-1"), finding("KODE-1")])], [contract], AROUND)

    assert [(d.requirement, d.seen, d.reproduce) for d in found.deviations] == [
        ("KODE-1", 2, "provestand run --seed 7 --requirement KODE-1")
    ]


def test_error_codes_are_covered_expected_or_not(contract):
    found = conclude(
        [outcome("KODE-1", kodes={"BOK-001 401": 2, "BOK-001 403": 1, "BOK-9 404": 1})], [contract], AROUND
    )

    assert [(c.kode, c.status, c.seen, c.count) for c in found.error_codes] == [
        ("BOK-001", 401, "expected", 2),
        ("BOK-002", 404, "not_seen", 0),
        ("BOK_MÅ_FINNES", 422, "not_seen", 0),
        ("BOK-001", 403, "unexpected", 1),
        ("BOK-9", 404, "unexpected", 1),
    ]


def test_observations_are_told_once(contract):
    seen = Observed("QUESTION-1", "How?", "404")

    found = conclude([outcome("QUESTION-1", observations=[seen, seen])], [contract], AROUND)

    assert [(o.requirement, o.answer) for o in found.observations] == [("QUESTION-1", "404")]
    assert next(r for r in found.requirements if r.id == "QUESTION-1").status == "observed"


def test_a_promise_is_judged_whatever_was_observed_beside_it(contract):
    seen = Observed("KODE-1", "How?", "changed while we looked")

    found = conclude([outcome("KODE-1", observations=[seen])], [contract], AROUND)

    assert next(r for r in found.requirements if r.id == "KODE-1").status == "passed"


def test_evidence_begins_with_the_call_that_shows_the_breach(contract):
    """Whichever scenario found it, and however many calls came before; calls of other APIs come last."""

    def call(operation: str, status: int, api: str = "boeker", shows: str = "") -> Sample:
        return Sample(operation, f"GET {operation}", status, "", "", f"2026-01-01T12:00:0{status % 10}", api, shows)

    own = outcome("KODE-1", samples=[call("", 200, "maskinporten"), call("boeker", 201), call("boek", 202)])
    other = outcome("KODE-2", judged={"KODE-1": 1}, samples=[call("boek", 409, shows="KODE-1")])
    found = conclude([own, other], [contract], AROUND)
    [entry] = [entry for entry in found.requirements if entry.id == "KODE-1"]

    assert [each.status for each in entry.evidence] == [409, 201, 202]
