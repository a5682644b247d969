"""docs/levels.md is the ledger of levels: it agrees with the requirements, and each row is what a run says."""

import datetime
import re
from pathlib import Path

import pytest

from harness.contract.contract import Contract
from harness.contract.pinned import api_names, contract_of
from harness.redaction.redacted import ours
from harness.reporting.findings import findings_of
from harness.verdict.conclusion import EXIT_CODES, conclude
from harness.verdict.headline import headline, tone
from harness.verdict.model import Verdict
from harness.verdict.outcome import Finding, Observed, Outcome
from harness.verdict.shard import Circumstances

LEDGER = Path(__file__).parents[2] / "docs" / "levels.md"
THEN = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
ROW = re.compile(r"^\| ((?:KOB|ELAN)-\w+-\d{3}) \| (.*?) \| (\w+) \| (\w+) \| (\w+) \| (\d) \| (.+) \| (.+) \|$")

ROWS = [found.groups() for line in LEDGER.read_text(encoding="utf-8").splitlines() if (found := ROW.match(line))]
LEVELS = {
    "must": ("deviation", "red", "1"),
    "should": ("warning", "amber", "0"),
    "may": ("doubt", "amber", "0"),
    "observe": ("observation", "green", "0"),
}
HEADLINES = {
    "must": "Not conformant: 1 deviation",
    "should": "Conformant, 1 warning",
    "may": "Conformant, 1 doubt",
    "observe": "Conformant",
}
WEIGHTS = {"must": ["error"], "should": ["warning"], "may": ["note"], "observe": []}

CONTRACTS = {api: contract_of(api) for api in api_names()}
REQUIREMENTS = {key: (contract, r) for contract in CONTRACTS.values() for key, r in contract.requirements.items()}


def run_that_breaks(contract: Contract, key: str, *, fail_on: str = "must") -> Verdict:
    """Everything was judged and holds, except one requirement; an open one was met with some behaviour."""
    requirements = tuple(contract.active)
    found = Finding(key, "c", ours("a"), ours("x"), ours("y"))
    seen = Observed(key, "How?", ours("so"))
    is_open = contract.requirements[key].level == "observe"
    outcome = Outcome(
        "s",
        contract.api,
        requirements,
        "passed" if is_open else "deviations",
        findings=[] if is_open else [found],
        observations=[seen] if is_open else [],
    )
    actor = contract.requirements[key].actor
    return conclude([outcome], [contract], Circumstances("prøve", 1, THEN, THEN, "run", fail_on=fail_on, actor=actor))


def test_the_ledger_has_each_requirement_once():
    ids = [row[0] for row in ROWS]

    assert sorted(set(ids)) == ids
    assert len(ids) > 80


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_each_row_is_what_a_run_says(row):
    key, before, now, word, colour, code, why, source = row
    contract, requirement = REQUIREMENTS[key]

    verdict = run_that_breaks(contract, key)

    assert (requirement.level, now) == (now, now if before != now else "changed")
    assert (word, colour, code) == LEVELS[now]
    assert (tone(verdict), str(EXIT_CODES[verdict.verdict])) == (colour, code)
    assert headline(verdict) == HEADLINES[now]
    assert [finding.weight for finding in findings_of(verdict, [contract])] == WEIGHTS[now]
    assert requirement.source.document in source
    assert len(why) > 20


@pytest.mark.parametrize(
    ("level", "fail_on", "code"),
    [
        ("must", "must", 1),
        ("should", "must", 0),
        ("should", "should", 1),
        ("should", "may", 1),
        ("may", "must", 0),
        ("may", "should", 0),
        ("may", "may", 1),
    ],
)
def test_a_run_fails_from_the_level_that_was_asked_for(level, fail_on, code):
    contract = CONTRACTS["kravogbetalinger"]
    key = next(key for key, requirement in contract.active.items() if requirement.level == level)

    verdict = run_that_breaks(contract, key, fail_on=fail_on)

    assert EXIT_CODES[verdict.verdict] == code
    assert tone(verdict) == ("red" if code else "amber")


def test_what_binds_any_service_names_why():
    """RFC 9110, OWASP's list, or plain sense: and each of them is a must."""
    bound = {key: r for key, (_, r) in REQUIREMENTS.items() if r.source.document.startswith("Any service")}

    assert {requirement.level for requirement in bound.values()} == {"must"}
    assert all(
        re.match(r"Any service: (RFC 9110|OWASP API Security Top 10|plain sense)", requirement.source.document)
        for requirement in bound.values()
    )
