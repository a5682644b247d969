"""Writes deviations and drift as a code quality report, which GitLab shows in merge requests."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from harness.contract.contract import Contract
from harness.reporting.findings import findings_of
from harness.reporting.formats import Results
from harness.reporting.whole import write_text
from harness.verdict.headline import headline
from harness.verdict.model import Verdict

FILE = "gl-code-quality.json"
HELP = "A code quality report."

SEVERITY = {"error": "major", "warning": "minor", "note": "info"}


def write(results: Results) -> Iterator[Path]:
    path = results.folder / FILE
    write_text(path, json.dumps(code_quality(results.verdict, results.contracts), indent=1, ensure_ascii=False) + "\n")
    yield path


def code_quality(verdict: Verdict, contracts: Sequence[Contract]) -> list[dict[str, Any]]:
    """One entry per finding that is not waived, and one if the run left something out.

    Source: GitLab, "Code Quality report format".
    """
    entries = [
        {
            "description": f"{finding.title} {finding.message}",
            "check_name": finding.rule,
            "fingerprint": hashlib.sha256(f"{finding.rule} {finding.fingerprint}".encode()).hexdigest(),
            "severity": SEVERITY[finding.weight],
            "location": {"path": finding.path, "lines": {"begin": finding.line}},
        }
        for finding in findings_of(verdict, contracts)
        if finding.waived_by is None
    ]
    return [*_extent(verdict, contracts), *entries]


def _extent(verdict: Verdict, contracts: Sequence[Contract]) -> list[dict[str, Any]]:
    """The headline, for a run without findings that would otherwise look better than it is."""
    if verdict.coverage.is_complete or not contracts:
        return []
    document = contracts[0].document.path.name
    return [
        {
            "description": headline(verdict),
            "check_name": "coverage",
            "fingerprint": hashlib.sha256(b"coverage").hexdigest(),
            "severity": "info",
            "location": {"path": f"specs/{contracts[0].api}/{contracts[0].version}/{document}", "lines": {"begin": 1}},
        }
    ]
