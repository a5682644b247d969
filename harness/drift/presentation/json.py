"""JSON, schema 1: stable for scripts. Each finding is on a line of its own, for line-based tools."""

import json
from typing import Any, Literal

from typing_extensions import TypedDict

from harness.drift.report import FindingShown, Report


class Drift(TypedDict):
    """The shape of `drift --format json` (schema 1). `summary` contains counts and the basis of the findings."""

    schema: Literal[1]
    old: str
    new: str
    findings: list[FindingShown]
    summary: dict[str, Any]


def drift(report: Report) -> Drift:
    """A report in this shape."""
    summary = {
        **report.counts,
        "worst": report.worst,
        "witnessed": sum(finding.witness is not None for finding in report.findings),
        "policy": report.policy,
        "basis": report.basis,
        "notes": list(report.notes),
        **report.facts,
    }
    return {"schema": 1, "old": report.old, "new": report.new, "findings": [*report.findings], "summary": summary}


def render(report: Report) -> str:
    members = drift(report)
    lines = ",\n".join(f"  {_text(finding.as_json())}" for finding in members["findings"])
    shown = {name: _text(value) for name, value in members.items() if name != "findings"}
    findings = f"[\n{lines}\n ]" if lines else "[]"
    parts = [f' "{name}": {shown.get(name, findings)}' for name in members]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
