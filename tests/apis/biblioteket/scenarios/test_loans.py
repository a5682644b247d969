"""What a list of loans contains."""

import pytest

from harness.contract.checks import Breach
from harness.suite.answer import Answer
from harness.suite.bench import Bench
from harness.suite.markers import not_run, not_testable, requirement


@pytest.fixture
def loans(bench: Bench) -> Answer:
    if not bench.api.organisations:
        not_testable("the target names no organisation")
    organisation = bench.api.organisations[0]
    token = bench.token(bench.subject("alle", organisation))
    answer = bench.send("GET", f"/{organisation}/laan", {"Authorization": f"Bearer {token}"}, organisation=organisation)
    return answer.expect_status(200)


@requirement("BIB-LOAN-001", "BIB-MODEL-001")
def test_loans_are_counted(loans: Answer):
    told, listed = loans.json()["antall"], len(loans.json()["laan"])
    loans.judge([None if told == listed else Breach("another number", str(listed), str(told))])


@requirement("BIB-LOAN-002")
def test_the_newest_loan_is_first(loans: Answer):
    dates = [loan["dato"] for loan in loans.json()["laan"]]
    if len(dates) < 2:
        not_run("there are fewer than two loans")
    in_order = dates == sorted(dates, reverse=True)
    loans.judge([None if in_order else Breach("another order", "the newest loan first", ", ".join(dates))])


@requirement("BIB-CODE-001")
def test_a_call_without_a_token_is_refused(bench: Bench):
    bench.send("GET", "/313367002/laan", {}).expect_refusal(401, kode="BIB-001")
