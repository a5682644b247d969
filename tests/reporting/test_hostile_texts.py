"""A target's texts control no terminal, build server or page: every printer is fed what it must not print."""

import datetime
import io
import json
import re
from pathlib import Path

import pytest
from lxml import etree
from rich.console import Console

from harness.drift.presentation import render
from harness.drift.report import Finding as DriftFinding
from harness.drift.report import Report
from harness.redaction.redactor import Redactor
from harness.reporting.comparison import comparison_json, comparison_markdown, comparison_text
from harness.reporting.formats.github import annotations, job_summary
from harness.reporting.formats.gitlab import code_quality
from harness.reporting.formats.sarif import sarif
from harness.reporting.junit import add_earlier
from harness.reporting.summary import summary
from harness.reporting.terminal import deviation_text, print_verdict
from harness.targets.vendor import Vendor
from harness.verdict.conclusion import conclude
from harness.verdict.gate import compare
from harness.verdict.outcome import Finding, Observed, Outcome, Sample
from harness.verdict.shard import Circumstances
from harness.verdict.waivers import Waiver

THEN = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
PAYLOADS = (
    "::add-mask::x",
    "::set-output name=a::b",
    "::stop-commands::x",
    "##vso[task.setvariable variable=a]b",
    "##[group]x",
    "##teamcity[buildStop]",
    "\x1b[0Ksection_start:1:x\r\x1b[0K",
    "\x1b[31mred\x1b]8;;https://x.test\x1b\\link\x1b[0m\x1b[2J",
    "\x9b31mC1\x90\x85",
    "\u202eright to left\u2066\u2069",
    "zero\u200bwidth\u00ad\ufeff",
    "line\u2028paragraph\u2029feed\x0c",
    "\rcarriage",
    "half \ud800 pair",
    "[red]markup[/] [link=https://x.test]here[/link] :warning:",
    "a | b | c",
    "[link](https://x.test) ![image](https://x.test/p.png)",
    "<img src=https://x.test/p.png onerror=alert(1)><script>alert(1)</script>",
    "`code` **bold** # heading",
    "null \x00 no XML \ufffe",
)
HOSTILE = "".join(f"{payload}\n{payload}" for payload in PAYLOADS) + "\n"
TOLD = Redactor().message(HOSTILE)
"""As it reaches the printers, after redaction."""


@pytest.fixture
def outcomes():
    finding = Finding("KODE-1", "c", "a", TOLD, TOLD, "boeker", TOLD, TOLD, TOLD)
    samples = [Sample("boeker", TOLD, 400, TOLD, TOLD, THEN.isoformat())]
    return [
        Outcome(
            "s1",
            "boeker",
            ("KODE-1",),
            "deviations",
            findings=[finding],
            samples=samples,
            kodes={f"{TOLD} 400": 1},
            observations=[Observed("status_documented", "How?", TOLD)],
        ),
        Outcome("s2", "boeker", ("KODE-2",), "error", TOLD),
        Outcome("s3", "boeker", ("body_well_formed",), "not_testable", TOLD),
    ]


@pytest.fixture
def verdict(outcomes, contract):
    waiver = Waiver(name="w", reason="x", owner="Ola", expires=datetime.date(2025, 1, 1), fingerprint="0" * 16)
    places = dict.fromkeys(("rule", "operation", "location", "message"), TOLD)
    drift = {"id": "d1", "severity": "warning", **places}
    found = conclude(outcomes, [contract], Circumstances("prøve", 7, THEN, THEN, "provestand run", (TOLD,), (waiver,)))
    return found.model_copy(update={"observed_drift": [drift]})


def ensure_harmless(text: str, *, commands: str = r"(?!)") -> None:
    """Only line ends have an effect, and no line begins with a command except our own."""
    steering = {sign for sign in text if not sign.isprintable() and sign != "\n"}
    assert {ascii(sign) for sign in steering} == set()
    for line in text.split("\n"):
        assert not line.lstrip().startswith("::") or re.match(commands, line), line
        assert not re.search(r"##\w*\[", line), line


def on_terminal(verdict, contract, *, colours: bool = False) -> str:
    shown = io.StringIO()
    console = Console(file=shown, soft_wrap=True, highlight=False, emoji=False, width=100_000, force_terminal=colours)
    print_verdict(verdict, [contract], Path(), console)
    return shown.getvalue()


def test_the_terminal(verdict, contract):
    text = on_terminal(verdict, contract)

    ensure_harmless(text)
    assert "[red]markup[/] [link=https://x.test]here[/link] :warning:" in text


def test_the_terminal_in_colours_has_no_links_and_no_markup_of_others(verdict, contract):
    text = on_terminal(verdict, contract, colours=True)

    assert "\x1b]8" not in text
    assert set(re.findall(r"\x1b\[([\d;]*)m", text)) <= {"0", "1", "1;31", "31", "33", "2", "1;33", "1;32", "3"}


def test_a_failed_test(outcomes):
    ensure_harmless(deviation_text(outcomes[0].findings[0]))


def test_annotations(verdict, contract):
    lines = list(annotations(verdict, [contract]))

    assert len(lines) >= 3
    for line in lines:
        ensure_harmless(line, commands=r"::(?:error|warning|notice) title=[^:]*::")
        assert "\n" not in line


def _cells(markdown: str) -> set[int]:
    return {len(re.findall(r"(?<!\\)\|", line)) for line in markdown.splitlines() if line.startswith("|")}


def ensure_no_markdown_of_others(text: str) -> None:
    ensure_harmless(text)
    outside_code = re.sub(r"`[^`]*`", "", text)
    assert not re.search(r"(?<!\\)<(?:img|script)|(?<!\\)\]\(|://x\.test", outside_code)


def test_the_job_summary(verdict, contract):
    text = job_summary(verdict, [contract])

    ensure_no_markdown_of_others(text)
    assert _cells(text) <= {3, 4, 5, 6, 7, 8}


@pytest.mark.parametrize("language", ["nb", "en"])
def test_the_summary_for_skatteetaten(verdict, contract, language):
    ensure_no_markdown_of_others(summary(verdict, [contract], Vendor(), language))


def test_the_gate(verdict, contract):
    before = verdict.model_copy(update={"deviations": []})
    comparison = compare(before, verdict)

    ensure_harmless(comparison_text(comparison))
    ensure_no_markdown_of_others(comparison_markdown(comparison))
    json.loads(comparison_json(comparison, before, verdict))


def test_sarif_and_code_quality_show_what_nobody_sees(verdict, contract):
    results = sarif(verdict, [contract])["runs"][0]["results"]
    texts = [result["message"]["text"] for result in results]
    texts += [entry["description"] for entry in code_quality(verdict, [contract])]

    assert len(texts) >= 4
    for text in texts:
        ensure_harmless(text)
    assert not any("](" in result["message"]["text"] for result in results)


def test_junit_is_xml(outcomes, contract, tmp_path):
    path = tmp_path / "junit.xml"
    path.write_text("<testsuites><testsuite/></testsuites>")
    add_earlier(path, outcomes, [contract], [], "must")

    text = "".join(etree.parse(path).getroot().itertext())
    assert "add-mask" in text
    ensure_harmless(text)


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_drift(form):
    witness = {
        "kind": "recorded answer",
        "accepted_by": "traffic",
        "refused_by": "document",
        "value": {HOSTILE: HOSTILE},
    }
    finding = DriftFinding(
        "d1",
        "warning",
        "enum-value",
        "response",
        HOSTILE,
        HOSTILE,
        HOSTILE,
        witness,
        reason=HOSTILE,
        operations=(HOSTILE, "other"),
    )
    report = Report(old=HOSTILE, new=HOSTILE, findings=(finding,), policy="strict", basis="x", notes=(HOSTILE,))

    text = render(report, form)

    ensure_harmless(text)
    if form == "markdown":
        outside = text.partition("```json")[0]
        ensure_no_markdown_of_others(outside)
