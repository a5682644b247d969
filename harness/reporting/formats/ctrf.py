"""The requirements as tests in CTRF, the Common Test Report Format (ctrf.io), which many dashboards read.

A requirement is a test, in the suite of its API and theme. One broken below the level that fails a run, or only
observed, is `other`; `rawStatus` is the status in verdict.json. Requirements have no duration.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from harness.contract.contract import Contract
from harness.display import one_line, printable
from harness.reporting.formats import Results
from harness.reporting.view import RequirementRow, api_views
from harness.reporting.whole import write_text
from harness.verdict.headline import headline
from harness.verdict.levels import failing
from harness.verdict.model import NOT_SHOWN, Status, Verdict

FILE = "ctrf.json"
HELP = "Requirements as tests, in CTRF."

VERSION = "0.0.0"
"""The published version of the format."""

STATUSES = ("passed", "failed", "skipped", "pending", "other")
OTHERWISE: dict[Status, str] = {"passed": "passed", "not_run": "skipped", "not_testable": "skipped"}


def write(results: Results) -> Iterator[Path]:
    path = results.folder / FILE
    write_text(path, json.dumps(ctrf(results.verdict, results.contracts), indent=1, ensure_ascii=False) + "\n")
    yield path


def ctrf(verdict: Verdict, contracts: Sequence[Contract]) -> dict[str, Any]:
    """The report as JSON."""
    tests = [
        _test(row, [view.title, theme.name], verdict)
        for view in api_views(verdict, contracts)
        for theme in view.themes
        for row in theme.rows
    ]
    counts = Counter(test["status"] for test in tests)
    return {
        "reportFormat": "CTRF",
        "specVersion": VERSION,
        "generatedBy": f"{verdict.tool.name} {verdict.tool.version}",
        "timestamp": verdict.finished.isoformat(),
        "results": {
            "tool": {"name": verdict.tool.name, "version": verdict.tool.version},
            "summary": {
                "tests": len(tests),
                **{status: counts[status] for status in STATUSES},
                "suites": len({tuple(test["suite"]) for test in tests}),
                "start": _milliseconds(verdict.started.timestamp()),
                "stop": _milliseconds(verdict.finished.timestamp()),
                "duration": _milliseconds((verdict.finished - verdict.started).total_seconds()),
                "extra": {
                    "headline": headline(verdict),
                    "verdict": verdict.verdict,
                    "scope": verdict.scope,
                    "coverage": verdict.coverage.model_dump(),
                },
            },
            "tests": tests,
            "environment": {"testEnvironment": printable(verdict.target), "extra": {"seed": verdict.seed}},
        },
    }


def _test(row: RequirementRow, suite: list[str], verdict: Verdict) -> dict[str, Any]:
    entry = row.entry
    found = [deviation for deviation in verdict.deviations if deviation.requirement == entry.id]
    test: dict[str, Any] = {
        "testId": entry.id,
        "name": f"{entry.id} {row.requirement.text}",
        "status": _status(row, verdict),
        "rawStatus": entry.status,
        "duration": 0,
        "suite": suite,
        "tags": [entry.level, entry.actor],
        "labels": {"certainty": row.requirement.certainty, "source": str(row.requirement.source)},
    }
    if entry.reason:
        is_silent = entry.standing == "not_shown"
        test["message"] = one_line(f"{NOT_SHOWN}: {entry.reason}" if is_silent else entry.reason)
    if found:
        test["message"] = f"expected {one_line(found[0].expected)}, actual {one_line(found[0].actual)}"
        test["trace"] = "\n".join(f"{one_line(each.request)}\nReproduce: {each.reproduce}" for each in found)
    return test


def _status(row: RequirementRow, verdict: Verdict) -> str:
    if row.entry.status == "failed" and row.entry.level in failing(verdict.fail_on):
        return "failed"
    return OTHERWISE.get(row.entry.status, "other")


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
