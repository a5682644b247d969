"""JSON, schema 1: a contract with scripts. Each finding has a line of its own, for tools that read lines."""

import json

from harness.drift.report import Report


def render(report: Report) -> str:
    members = report.as_json()
    lines = ",\n".join(f"  {_text(finding)}" for finding in members["findings"])
    shown = {name: _text(value) for name, value in members.items() if name != "findings"}
    findings = f"[\n{lines}\n ]" if lines else "[]"
    parts = [f' "{name}": {shown.get(name, findings)}' for name in members]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
