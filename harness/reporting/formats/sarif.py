"""Writes deviations and drift as SARIF 2.1.0, which code scanning on GitHub and many editors read."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from harness.contract.contract import Contract
from harness.display import in_sarif
from harness.reporting.findings import Finding, findings_of
from harness.reporting.formats import Results
from harness.reporting.whole import write_text
from harness.verdict.headline import headline
from harness.verdict.model import Verdict

FILE = "deviations.sarif"
HELP = "Deviations and drift as SARIF."
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def write(results: Results) -> Iterator[Path]:
    path = results.folder / FILE
    write_text(path, json.dumps(sarif(results.verdict, results.contracts), indent=1, ensure_ascii=False) + "\n")
    yield path


def sarif(verdict: Verdict, contracts: Sequence[Contract]) -> dict[str, Any]:
    """One run with a rule per requirement or drift rule, and a result per finding; a waiver is a suppression."""
    found = findings_of(verdict, contracts)
    rules = {finding.rule: finding for finding in reversed(found)}
    order = sorted(rules)
    reasons = {waiver.name: waiver.reason for waiver in verdict.waivers}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": verdict.tool.name,
                        "semanticVersion": verdict.tool.version,
                        "rules": [_rule(rules[key]) for key in order],
                    }
                },
                "columnKind": "utf16CodeUnits",
                "results": [_result(finding, order.index(finding.rule), reasons) for finding in found],
                "properties": {
                    "verdict": verdict.verdict,
                    "headline": headline(verdict),
                    "coverage": verdict.coverage.model_dump(),
                    "scope": verdict.scope,
                    "target": verdict.target,
                },
            }
        ],
    }


def _rule(finding: Finding) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "id": finding.rule,
        "shortDescription": {"text": finding.title},
        "defaultConfiguration": {"level": finding.weight},
    }
    return rule | ({"helpUri": finding.help} if finding.help else {})


def _result(finding: Finding, index: int, reasons: dict[str, str]) -> dict[str, Any]:
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": finding.path, "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": finding.line},
        }
    }
    if finding.operation:
        location["logicalLocations"] = [{"name": finding.operation, "kind": "function"}]
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": finding.weight,
        "message": {"text": in_sarif(f"{finding.title}\n{finding.message}")},
        "locations": [location],
        "partialFingerprints": {"provestand/v1": finding.fingerprint},
    }
    if finding.waived_by is not None:
        result["suppressions"] = [
            {"kind": "external", "justification": reasons.get(finding.waived_by, finding.waived_by)}
        ]
    return result
