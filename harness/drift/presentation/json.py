"""JSON, schema 1: a contract with scripts. Each finding has a line of its own, for tools that read lines."""

import json

from harness.drift.report import Report


def render(report: Report) -> str:
    members = report.as_json()
    findings = ",\n".join(f"  {_text(finding)}" for finding in members.pop("findings"))
    head = [f" {_text(name)}: {_text(value)}" for name, value in members.items()]
    head.insert(-1, f' "findings": [\n{findings}\n ]' if findings else ' "findings": []')
    return "{\n" + ",\n".join(head) + "\n}\n"


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
