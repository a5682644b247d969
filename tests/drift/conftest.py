"""Pairs of small documents, compared as a user would."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.drift.comparison.pipeline import compare
from harness.drift.documents.loading import load
from harness.drift.policy import load_policy
from harness.drift.report import Report, report_of

Compare = Callable[..., Report]


def document(text: str, version: str = "3.1.0") -> str:
    """A complete document around the part that a test is about."""
    return f"openapi: {version}\ninfo: {{title: Bøker, version: '1'}}\n{text}\n"


def with_schema(schema: str | Mapping[str, Any], direction: str = "request", components: str = "{}") -> str:
    """A document in which a schema is a request or response body."""
    shown = schema if isinstance(schema, str) else yaml.safe_dump(dict(schema), default_flow_style=True, width=9999)
    body = f"content: {{application/json: {{schema: {shown.strip()}}}}}"
    if direction == "request":
        operation = f"requestBody: {{{body}}}, responses: {{'200': {{description: x}}}}"
    else:
        operation = f"responses: {{'200': {{description: x, {body}}}}}"
    return f"paths: {{/boeker: {{post: {{{operation}}}}}}}\ncomponents: {components}"


@pytest.fixture
def drift(tmp_path: Path) -> Compare:
    """Compares two documents given as text."""

    def compared(old: str, new: str, policy: str = "strict", version: str = "3.1.0", *, prove: bool = True) -> Report:
        paths = tmp_path / "old.yaml", tmp_path / "new.yaml"
        for path, text in zip(paths, (old, new), strict=True):
            path.write_text(document(text, version), encoding="utf-8")
        return report_of(compare(load(paths[0]), load(paths[1]), prove=prove), load_policy(policy))

    return compared


@pytest.fixture
def schema_drift(drift: Compare) -> Compare:
    """Compares two schemas as the body of a request or a response."""

    def compared(old: str, new: str, direction: str = "request", **options: Any) -> Report:
        components = options.pop("components", "{}")
        return drift(with_schema(old, direction, components), with_schema(new, direction, components), **options)

    return compared


def told(report: Report) -> list[tuple[str, str]]:
    """Severity and rule of each finding."""
    return [(finding.severity, finding.rule) for finding in report.findings]
