"""JSON, schema 1: a contract with scripts."""

import json

from harness.drift.report import Report


def render(report: Report) -> str:
    return json.dumps(report.as_json(), ensure_ascii=False, indent=1, default=str) + "\n"
