"""A variation that the suite accuses, planted among others that it is on together with, is accused by its own name."""

from pathlib import Path

import pytest

from harness.contract.folders import scenarios_folder
from harness.sandbox.faults.catalogue import all_faults
from harness.selftest.schedule import Order, run_trials
from harness.selftest.trial import Result, Subject

API = "kravogbetalinger"

PLANT = """
import harness.sandbox.kravogbetalinger.faults as faults

faults.__path__.append({folder!r})
"""
"""Run by every Python that starts here: the planted variations are among the others."""

PLANTED = '''
"""What no conformant service does, said to be what it may do."""

from harness.sandbox.faults.fault import NOTHING, in_answer, in_body


@in_body(breaks=NOTHING)
def the_date_of_a_payment_has_a_time(body):
    """Payments have a time in their day."""
    for payment in [*body.get("innbetaling", []), *body.get("innbetalingMedUplassertBeloep", [])]:
        if "innbetalingsdato" in payment:
            payment["innbetalingsdato"] += "T00:00:00"
    return body


@in_answer(breaks=NOTHING, status=range(400, 500))
def refusals_may_be_kept(answer, call):
    """Refusals have a header of their own, which says nothing."""
    return answer.with_header("X-Kept", "yes")
'''


@pytest.mark.nightly
def test_what_is_accused_among_others_is_accused_by_its_own_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "sitecustomize.py").write_text(PLANT.format(folder=str(tmp_path)))
    (tmp_path / "planted.py").write_text(PLANTED)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    planted = [
        Subject("benign", "the-date-of-a-payment-has-a-time", API),
        Subject("benign", "refusals-may-be-kept", API),
    ]
    others = [
        Subject("benign", fault.name, API)
        for fault in all_faults()
        if fault.api == API and fault.name.startswith(("unknown-", "every-object-", "whole-", "errors-"))
    ]
    found: list[Result] = []

    subjects = [*others, *planted]
    run_trials(Order(scenarios_folder(), subjects, 2, Subject("clean", "seed 1", API)), found.append)

    of = {result.subject.name: result for result in found if result.subject.kind == "benign"}
    assert of.keys() == {subject.name for subject in subjects}
    accused = of["the-date-of-a-payment-has-a-time"]
    assert "KOB-MODEL-013" in accused.by
    assert {"every-object-has-a-new-list", "unknown-kravtype", "refusals-may-be-kept"} <= {*accused.together}
    assert {name for name, result in of.items() if result.by or result.problems} == {accused.subject.name}
