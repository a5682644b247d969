"""Allure, JUnit and the verdict count the same scenarios, and each failure among them.

Allure 3 identifies a result by its testCaseId and the texts of its parameters, except excluded ones. Results that agree
in these are attempts of one, of which only the last is shown: nine scenarios over bytes once appeared as two.
"""

import json
from collections import Counter
from pathlib import Path

import pytest
from lxml import etree

from harness.reporting.allure_report import NoAllureError, write_allure_report
from harness.reporting.allure_results import _shown, identify_scenario
from harness.targets.embedded import running_sandbox
from harness.verdict.model import read_verdict

FAULTS = ("utleggsbegjaering/no-json-is-a-server-error", "utleggsbegjaering/a-wrong-form-is-a-server-error")
CASES = {"test_a_body_that_is_no_json_is_refused": 4, "test_json_that_is_no_begjaering_is_refused": 5}
"""Scenarios that are parametrised over bytes, all of which fail under the faults."""


@pytest.fixture(scope="module")
def out(run_command, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("totals")
    chosen = ["--suite", "scenarios", "--requirement", "ELAN-HTTP-005", "--requirement", "ELAN-ROBUST-007"]
    with running_sandbox(*(part for fault in FAULTS for part in ("--fault", fault))) as sandbox:
        run_command(
            "run", "--target", sandbox.target_file, "--api", "utleggsbegjaering", *chosen, "--out", folder / "o"
        )
    return folder / "o"


@pytest.fixture(scope="module")
def results(out):
    found = [json.loads(path.read_text()) for path in sorted((out / "allure-results").glob("*-result.json"))]
    return [result for result in found if {"name": "epic", "value": "Drift"} not in result["labels"]]


def as_allure_3_groups(result) -> tuple[str, ...]:
    shown = [p for p in result.get("parameters", []) if not p.get("excluded")]
    return (result["testCaseId"], *sorted(f"{p['name']}:{p['value']}" for p in shown))


def test_every_scenario_is_a_test_of_its_own(out, results):
    cases = etree.parse(out / "junit.xml").getroot().findall(".//testcase")

    groups = Counter(map(as_allure_3_groups, results))

    assert [key for key, count in groups.items() if count > 1] == []
    assert len(groups) == len(cases) == read_verdict(out).counts["scenarios"]
    assert {name: sum(r["fullName"].endswith(f"#{name}") for r in results) for name in CASES} == CASES


def test_every_failure_is_shown_by_all_three(out, results):
    cases = etree.parse(out / "junit.xml").getroot().findall(".//testcase")
    failed = {"allure": Counter(), "junit": Counter()}
    for result in results:
        failed["allure"][result["fullName"].rpartition("#")[2]] += result["status"] == "failed"
    for case in cases:
        failed["junit"][case.get("name").partition("[")[0]] += case.find("failure") is not None

    assert {name: failed["allure"][name] for name in CASES} == CASES
    assert failed["allure"] == failed["junit"]
    assert {"ELAN-ROBUST-001"} <= {e.id for e in read_verdict(out).requirements if e.status == "failed"}


@pytest.mark.nightly
def test_allure_itself_counts_as_many(out, results, tmp_path):
    try:
        write_allure_report(read_verdict(out), out, tmp_path / "history.jsonl")
    except NoAllureError as error:
        pytest.skip(str(error))
    told = json.loads((tmp_path / "history.jsonl").read_text().splitlines()[-1])["testResults"].values()

    own = [result for result in told if "#test_" in result["fullName"]]
    assert len(own) == len(results)
    assert sum(result["status"] == "failed" for result in own) == sum(r["status"] == "failed" for r in results)


class Alike:
    """An object whose text is the same for all objects of its type."""

    def __repr__(self) -> str:
        return "Alike"


@pytest.mark.parametrize("values", [(b"a", b"b"), (bytearray(b"a"), bytearray(b"b")), (Alike(), Alike()), (len, len)])
def test_cases_are_told_apart_whatever_they_are_spread_over(monkeypatch, values):
    told: list[dict[str, object]] = []
    monkeypatch.setattr(
        "harness.reporting.allure_results.allure.dynamic.parameter",
        lambda name, value, excluded=False: told[-1].update({} if excluded else {name: value}),
    )
    for number, value in enumerate(values):
        told.append({})
        identify_scenario({"x": value}, f"case-{number}")

    assert told == [{"case": "case-0"}, {"case": "case-1"}]
    assert "class 'bytes'" not in str(_shown(b"\xffa"))
