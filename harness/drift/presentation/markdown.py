"""Markdown, ready to paste into an issue."""

import json
from collections.abc import Iterator

from harness.display import in_code, in_markdown, printable
from harness.drift.presentation import plural
from harness.drift.presentation.text import shown
from harness.drift.report import SEVERITIES, Finding, Report

_HEADINGS = {"breaking": "Breaking", "warning": "Warnings", "compatible": "Compatible"}


def render(report: Report) -> str:
    lines = [
        f"## Drift: {plural(report)}",
        "",
        f"{in_code(report.old)} → {in_code(report.new)}; {report.basis}; policy {report.policy}.",
    ]
    lines += [line for note in report.notes for line in ("", f"> **Note** {in_markdown(note)}")]
    for severity in SEVERITIES:
        findings = [finding for finding in report.findings if finding.severity == severity]
        if findings:
            lines += ["", f"### {_HEADINGS[severity]}"]
        for finding in findings:
            lines += ["", *_finding(finding)]
    return "\n".join([*lines, ""])


def _finding(finding: Finding) -> Iterator[str]:
    yield f"- **{in_markdown(finding.message)}** (`{finding.rule}`)"
    yield f"  {in_markdown(finding.reason)}"
    yield f"  At {in_code(finding.location)}."
    more = [operation for operation in finding.operations if operation != finding.operation]
    if more:
        yield f"  Also: {', '.join(map(in_code, more))}."
    if finding.requirements:
        yield f"  Affects {', '.join(finding.requirements)}."
    if finding.scenarios:
        yield f"  Scenarios: {', '.join(f'`{name}`' for name in finding.scenarios[:8])}."
    witness = finding.witness
    if witness is None:
        if finding.unproved:
            yield f"  No witness: {in_markdown(finding.unproved)}."
        return
    because = f": {witness['because']}" if witness.get("because") else ""
    if "value" not in witness:
        what = in_markdown(shown(witness))
        yield f"  Witness: {witness['accepted_by']} accepts {what}, {witness['refused_by']} refuses it."
        return
    yield f"  Witness, accepted by {witness['accepted_by']}, refused by {witness['refused_by']}{in_markdown(because)}"
    yield "  ```json"
    text = printable(json.dumps(witness["value"], indent=2, ensure_ascii=False, default=str))
    yield from (f"  {line}" for line in text.splitlines())
    yield "  ```"
