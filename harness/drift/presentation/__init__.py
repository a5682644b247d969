"""The formats of a drift report, one module per format, found by walking this folder."""

import importlib
import pkgutil
from typing import cast

from harness.drift.report import Report


def forms() -> list[str]:
    """The values of `--format`."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def render(report: Report, form: str) -> str:
    """A report in one format."""
    module = importlib.import_module(f"{__name__}.{form}")
    return cast("str", module.render(report))


def plural(report: Report) -> str:
    """The counts in words."""
    counts = report.counts
    warnings = "1 warning" if counts["warning"] == 1 else f"{counts['warning']} warnings"
    return f"{counts['breaking']} breaking, {warnings}, {counts['compatible']} compatible"
