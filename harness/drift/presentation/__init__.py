"""The formats of a drift report, one module per format, found by walking this folder."""

import importlib
import pkgutil
from typing import cast

from harness.display import quantity
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
    return f"{counts['breaking']} breaking, {quantity(counts['warning'], 'warning')}, {counts['compatible']} compatible"
