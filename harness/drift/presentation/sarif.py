"""SARIF 2.1.0 for code scanning: each finding at its line in the new document, or in the old if it was removed."""

import json
import re
from pathlib import Path
from typing import Any

import yaml

import harness
from harness.display import in_sarif
from harness.drift.compare import registry
from harness.drift.presentation.text import shown
from harness.drift.report import Finding, Report
from harness.files.text import decoded

_BEYOND_YAML = re.compile(r"\t|\\u[dD][89a-fA-F][0-9a-fA-F]{2}|[\x7f-\x84\x86-\x9f]")
"""Allowed in JSON but not in YAML: tabs between members, halves of surrogate pairs, control characters."""

_LEVELS = {"breaking": "error", "warning": "warning", "compatible": "note"}


def render(report: Report) -> str:
    files = {path: lines_of(Path(path)) for path in (report.new, report.old)}
    used = sorted({finding.rule for finding in report.findings})
    known = registry().rules
    rules = [
        {"id": name, "shortDescription": {"text": known[name].sentence if name in known else "Not compared."}}
        for name in used
    ]
    driver = {"name": "provestand drift", "version": harness.__version__, "rules": rules}
    results = [_result(finding, report, files) for finding in report.findings]
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }
    return json.dumps(log, ensure_ascii=False, indent=1, default=str) + "\n"


def _result(finding: Finding, report: Report, files: dict[str, dict[str, int]]) -> dict[str, Any]:
    text = finding.message
    if finding.witness is not None:
        text += f" ({finding.witness['accepted_by']} accepts {shown(finding.witness)}, "
        text += f"{finding.witness['refused_by']} refuses it)"
    uri, _, pointer = finding.location.partition("#")
    path = next((path for path in (report.new, report.old) if pointer in files[path]), report.new)
    line = 1 if uri else files[path].get(pointer, 1)
    place = {"artifactLocation": {"uri": Path(path).as_posix()}, "region": {"startLine": line}}
    return {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": in_sarif(text)},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"provestand/v1": finding.id},
    }


def lines_of(path: Path) -> dict[str, int]:
    """The line of each JSON pointer of a document; empty if it is not a file."""
    if not path.is_file():
        return {}
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        root = yaml.compose(_BEYOND_YAML.sub(" ", decoded(path.read_bytes(), path)), Loader=loader)
    except yaml.YAMLError:  # findings then point to the first line
        return {}
    lines: dict[str, int] = {}
    waiting = [("", root)] if root is not None else []
    while waiting:
        pointer, node = waiting.pop()
        lines.setdefault(pointer, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                below = f"{pointer}/{str(key.value).replace('~', '~0').replace('/', '~1')}"
                lines[below] = key.start_mark.line + 1
                waiting.append((below, value))
        elif isinstance(node, yaml.SequenceNode):
            waiting += [(f"{pointer}/{index}", value) for index, value in enumerate(node.value)]
    return lines
