"""junit.xml of a run that continued an earlier part."""

import json
from xml.etree import ElementTree

from lxml import etree

from harness.reporting.junit import add_earlier
from harness.verdict.outcome import Finding, Outcome

OWN = (
    '<testsuites name="pytest tests"><testsuite name="pytest" errors="0" failures="0" skipped="0" tests="1" time="2.5">'
    '<testcase classname="boeker.test_b" name="test_last" time="2.5"/></testsuite></testsuites>'
)


def test_what_ended_before_stands_first_and_is_counted(tmp_path):
    path = tmp_path / "junit.xml"
    path.write_text(OWN)
    finding = Finding("BOK-1", "test_found", "a", "a title", "none\x00\ud800")
    earlier = [
        Outcome("boeker/test_a.py::test_passed[x::y]", "boeker", ("BOK-1",)),
        Outcome("boeker/test_a.py::test_found", "boeker", ("BOK-1",), "deviations", findings=[finding]),
        Outcome("boeker/test_a.py::test_closed", "boeker", ("BOK-2",), "not_testable", "no shelf"),
    ]

    add_earlier(path, earlier, (), (), "must")

    (suite,) = ElementTree.parse(path).getroot()
    told = [(c.get("classname"), c.get("name"), [(t.tag, t.get("message"), t.text) for t in c]) for c in suite]
    deviation = "deviation BOK-1: test_found\n   |  expected  a title\n   |  actual    none\\u0000\\ud800"
    assert told == [
        ("boeker.test_a", "test_passed[x::y]", []),
        ("boeker.test_a", "test_found", [("failure", deviation, deviation)]),
        ("boeker.test_a", "test_closed", [("skipped", "not_testable: no shelf", None)]),
        ("boeker.test_b", "test_last", []),
    ]
    assert {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "4",
        "failures": "1",
        "errors": "0",
        "skipped": "1",
    }


def test_junit_holds_every_scenario_once(failed_run):
    root = etree.parse(failed_run / "junit.xml").getroot()
    cases = root.findall(".//testcase")
    verdict = json.loads((failed_run / "verdict.json").read_text())

    assert len(cases) == verdict["counts"]["scenarios"]
    assert len({(case.get("classname"), case.get("name")) for case in cases}) == len(cases)
    assert any("deviation KOB-CODE-004" in (case.findtext("failure") or "") for case in cases)
