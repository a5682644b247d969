"""Markdown, ready to paste into an issue."""

import json
from collections.abc import Iterator

from harness.drift.presentation import plural
from harness.drift.presentation.text import shown
from harness.drift.report import SEVERITIES, Finding, Report

_HEADINGS = {"breaking": "Breaking", "warning": "Warnings", "compatible": "Compatible"}


def render(report: Report) -> str:
    lines = [
        f"## Drift: {plural(report)}",
        "",
        f"`{report.old}` → `{report.new}`; {report.basis}; policy {report.policy}.",
    ]
    lines += [line for note in report.notes for line in ("", f"> **Note** {note}")]
    for severity in SEVERITIES:
        findings = [finding for finding in report.findings if finding.severity == severity]
        if findings:
            lines += ["", f"### {_HEADINGS[severity]}"]
        for finding in findings:
            lines += ["", *_finding(finding)]
    return "\n".join([*lines, ""])


def _finding(finding: Finding) -> Iterator[str]:
    yield f"- **{_escaped(finding.message)}** (`{finding.rule}`)"
    yield f"  {finding.reason}"
    yield f"  At `{finding.location}`."
    more = [operation for operation in finding.operations if operation != finding.operation]
    if more:
        yield f"  Also: {', '.join(f'`{operation}`' for operation in more)}."
    if finding.requirements:
        yield f"  Touches {', '.join(finding.requirements)}."
    if finding.scenarios:
        yield f"  Scenarios: {', '.join(f'`{name}`' for name in finding.scenarios[:8])}."
    witness = finding.witness
    if witness is None:
        if finding.unproved:
            yield f"  No witness: {finding.unproved}."
        return
    because = f": {witness['because']}" if witness.get("because") else ""
    if "value" not in witness:
        yield f"  Witness: {witness['accepted_by']} takes {shown(witness)}, {witness['refused_by']} refuses it."
        return
    yield f"  Witness, taken by {witness['accepted_by']}, refused by {witness['refused_by']}{_escaped(because)}"
    yield "  ```json"
    text = json.dumps(witness["value"], indent=2, ensure_ascii=False, default=str)
    yield from (f"  {line}" for line in text.splitlines())
    yield "  ```"


def _escaped(text: str) -> str:
    for character in "\\*_<>|`":
        text = text.replace(character, f"\\{character}")
    return text
