"""Determines which requirements and scenarios a finding affects."""

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from harness.drift.documents.matching import METHODS
from harness.drift.report import Finding, Report

if TYPE_CHECKING:
    from harness.contract.contract import Contract
    from harness.contract.requirements import Requirement

_CHECKS = (
    (r"(success|error)-status-.*", ("status_documented", "schemathesis:status_code_conformance")),
    (r"response-media-type-.*", ("media_type_documented", "schemathesis:content_type_conformance")),
    (r"request-media-type-.*", ("schemathesis:positive_data_acceptance",)),
    (r"operation-(removed|added|moved)", ("schemathesis:unsupported_method",)),
)
_BY_DIRECTION = {
    "response": ("body_matches_schema", "schemathesis:response_schema_conformance"),
    "request": ("schemathesis:positive_data_acceptance", "schemathesis:negative_data_rejection"),
}


def with_impact(report: Report, contracts: Iterable["Contract"], scenarios: Path | None = None) -> Report:
    """The report with the requirements of its API that it affects, and the scenarios that judge them."""
    contract = next((c for c in contracts if _is_about(report, c)), None)
    if contract is None:
        return report
    citing = _citations(scenarios) if scenarios is not None else {}
    findings = []
    for finding in report.findings:
        requirements = touched(finding, contract.active)
        names = dict.fromkeys(name for key in requirements for name in citing.get(key, ()))
        findings.append(replace(finding, requirements=tuple(requirements), scenarios=tuple(names)))
    return replace(report, findings=tuple(findings))


_TITLE = re.compile(r"""^\s*["']?title["']?:\s*["']?(.+?)["']?,?\s*$""", re.MULTILINE)
_PATH = re.compile(r"""^\s*["']?(/[^"'\s:]*)["']?:""", re.MULTILINE)


def may_concern(report: Report, document: str) -> bool:
    """Whether a document may be about the same API, judged by its text: reading a whole contract takes a while."""
    titles, paths = set(_TITLE.findall(document)), _PATH.findall(document)
    return bool(titles & set(report.titles)) or bool({_end(path) for path in paths} & {_end(p) for p in report.paths})


def _is_about(report: Report, contract: "Contract") -> bool:
    """By title, or by the ends of the paths: a vendor's copy may have another base path."""
    info = contract.document.content.get("info") or {}
    return info.get("title") in report.titles or bool(_ends(contract) & {_end(path) for path in report.paths})


def _ends(contract: "Contract") -> set[str]:
    return {_end(operation.path) for operation in contract.document.operations}


def _end(path: str) -> str:
    """The last two segments, without parameter names."""
    return "/".join(re.sub(r"\{[^}]*\}", "{}", path).strip("/").split("/")[-2:])


def touched(finding: Finding, requirements: Mapping[str, "Requirement"]) -> list[str]:
    """The requirements that a finding affects: those judged by what changed, and those that name it."""
    checks = next((names for pattern, names in _CHECKS if re.fullmatch(pattern, finding.rule)), None)
    if checks is None and (finding.path or "body" in finding.message):
        checks = _BY_DIRECTION.get(finding.direction)
    names = _names(finding)
    return [
        key
        for key, requirement in requirements.items()
        if set(checks or ()) & set(requirement.checks)
        or names & set(re.findall(r"\w+", requirement.text))
        or (finding.direction == "security" and requirement.theme.lower().startswith("authent"))
    ]


def _names(finding: Finding) -> set[str]:
    """The words a sentence may use for what changed: the property, the parameter, an operation's path."""
    names = {step for step in finding.path if len(step) > 3 and not step.startswith("[")}
    named = re.search(r"(?:query|path|header|cookie) parameter (\S+?)(?: |:|$)", finding.message)
    if named:
        names.add(named[1])
    if finding.direction == "operation":
        path = finding.operation.rpartition(" ")[2]
        names |= {part for part in path.split("/") if part.isalpha() and part not in METHODS}
    return names


def _citations(folder: Path) -> dict[str, list[str]]:
    """The scenarios that cite each requirement, read from their decorators without running anything."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef):
                continue
            for decorator in node.decorator_list:
                if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "requirement":
                    for argument in decorator.args:
                        if isinstance(argument, ast.Constant):
                            name = f"{path.relative_to(folder).as_posix()}::{node.name}"
                            found.setdefault(str(argument.value), []).append(name)
    return found
