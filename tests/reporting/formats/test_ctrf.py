"""What dashboards read: CTRF. The schema beside this file is ctrf.io's own (npm package ctrf 0.3.0, MIT)."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from harness.reporting.formats.ctrf import ctrf
from harness.verdict.conclusion import conclude
from harness.verdict.outcome import Finding, Observed, Outcome
from harness.verdict.shard import Circumstances
from tests.reporting.formats.conftest import THEN

SCHEMA = json.loads(Path(__file__).with_name("ctrf-schema-0.0.json").read_text(encoding="utf-8"))
STEERING = "\x1b[2J::set-output name=a::b\n##vso[x]\u202e"


def by_id(verdict, contract):
    return {test["testId"]: test for test in ctrf(verdict, [contract])["results"]["tests"]}


def test_it_keeps_to_the_schema(verdict, contract):
    report = json.loads(json.dumps(ctrf(verdict, [contract])))

    assert list(Draft7Validator(SCHEMA).iter_errors(report)) == []


def test_every_requirement_is_a_test_with_its_status(verdict, contract):
    tests = by_id(verdict, contract)

    assert list(tests) == [entry.id for entry in verdict.requirements]
    assert {name: (tests[name]["status"], tests[name]["rawStatus"]) for name in ("KODE-1", "KODE-2")} == {
        "KODE-1": ("failed", "failed"),
        "KODE-2": ("skipped", "not_run"),
    }
    assert (tests["charset_utf8"]["status"], tests["charset_utf8"]["rawStatus"]) == ("other", "waived")
    assert tests["KODE-1"]["suite"] == ["Bøker", "T"]
    assert tests["KODE-1"]["message"] == "expected x, actual y"
    assert tests["KODE-1"]["trace"].count("Reproduce: provestand run --requirement KODE-1") == 2


def test_the_sums_are_those_of_the_tests(verdict, contract):
    results = ctrf(verdict, [contract])["results"]

    counted = dict.fromkeys(("passed", "failed", "skipped", "pending", "other"), 0)
    for test in results["tests"]:
        counted[test["status"]] += 1
    assert {name: results["summary"][name] for name in counted} == counted
    assert results["summary"]["tests"] == len(results["tests"])
    assert results["summary"]["extra"]["headline"] == "Not conformant: 1 deviation, 1 waived"


@pytest.mark.parametrize(("fail_on", "status"), [("must", "other"), ("should", "failed"), ("may", "failed")])
def test_what_does_not_fail_the_run_is_no_failed_test(contract, fail_on, status):
    lighter = contract.requirements["KODE-1"].model_copy(update={"level": "should"})
    known = type(contract)(
        contract.api, contract.version, contract.document, contract.errors, {**contract.requirements, "KODE-1": lighter}
    )
    broken = Outcome("s", "boeker", ("KODE-1",), "deviations", findings=[Finding("KODE-1", "c", "a", "x", "y")])
    verdict = conclude([broken], [known], Circumstances("prøve", 1, THEN, THEN, "provestand run", fail_on=fail_on))

    assert by_id(verdict, known)["KODE-1"]["status"] == status


def test_what_a_target_said_steers_nothing(contract):
    found = Finding("KODE-1", "c", "a", "x", STEERING, "boeker", request=f"GET {STEERING}")
    outcomes = [
        Outcome("s", "boeker", ("KODE-1",), "deviations", findings=[found]),
        Outcome("t", "boeker", ("KODE-2",), "not_run", reason=STEERING),
        Outcome("u", "boeker", ("QUESTION-1",), observations=[Observed("QUESTION-1", "How?", STEERING)]),
    ]
    verdict = conclude(outcomes, [contract], Circumstances("prøve", 1, THEN, THEN, "provestand run"))

    texts = [text for test in by_id(verdict, contract).values() for text in test.values() if isinstance(text, str)]
    assert any("set-output" in text for text in texts)
    assert [sign for text in texts for sign in text if not (sign.isprintable() or sign == "\n")] == []
    assert [text for text in texts if "\n##" in text or "##vso[" in text] == []
