"""Plain text for a terminal: what changed, then the proof."""

import json
from collections.abc import Iterator

from harness.display import one_line
from harness.drift.presentation import plural
from harness.drift.report import Finding, Report

LONGEST = 400  # characters of a payload on one line; JSON has it complete


def render(report: Report) -> str:
    lines = [one_line(f"{report.old} → {report.new}")]
    lines += [one_line(f"note: {note}") for note in report.notes]
    for finding in report.findings:
        lines += ["", *map(one_line, _finding(finding))]
    witnessed = sum(finding.witness is not None for finding in report.findings)
    proof = f", {witnessed} with a witness" if report.findings else ""
    return "\n".join([*lines, "", f"{plural(report)}{proof}; {report.basis}; policy {report.policy}", ""])


def _finding(finding: Finding) -> Iterator[str]:
    yield f"{finding.severity} {finding.rule}: {finding.message}"
    yield f"  --> {finding.location}"
    witness = finding.witness
    if witness is not None:
        what = shown(witness)
        yield f"   |  {witness['accepted_by']} accepts {what}"
        because = witness.get("because")
        yield f"   |  {witness['refused_by']} refuses {f'it: {because}' if because else 'it'}"
        if witness.get("reading"):
            yield f"   |  read as {witness['reading']}"
    elif finding.unproved:
        yield f"   |  no witness: {finding.unproved}"
    yield f"   =  {finding.reason}"
    more = [operation for operation in finding.operations if operation != finding.operation]
    if more:
        yield f"   =  also {', '.join(more[:5])}{f' and {len(more) - 5} more' if len(more) > 5 else ''}"
    if finding.requirements:
        yield f"   =  affects {', '.join(finding.requirements)}"


def shown(witness: object) -> str:
    """A witness on one line."""
    if not isinstance(witness, dict):
        return str(witness)
    if "value" in witness:
        name = f"{witness['in']} {witness['name']} = " if witness["kind"] == "parameter" else ""
        value = json.dumps(witness["value"], ensure_ascii=False, default=str)
        value = value if len(value) <= LONGEST else f"{value[: LONGEST - 1]}…"
        return f"{witness['kind']} {name}{value}"
    rest = {
        k: v for k, v in witness.items() if k not in {"kind", "accepted_by", "refused_by", "because", "key", "method"}
    }
    if witness["kind"] == "call":
        return f"a call of {witness['method']} {witness['path']}"
    parts = [f"{k} {v if isinstance(v, str) else json.dumps(v, ensure_ascii=False)}" for k, v in rest.items()]
    return f"{witness['kind']} ({', '.join(parts)})" if parts else str(witness["kind"])
