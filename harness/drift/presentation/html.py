"""One self-contained page: every finding with both sides and the witness; nothing is loaded from other sites."""

import json
from importlib import resources

from jinja2 import Environment, StrictUndefined

from harness.drift.presentation import plural
from harness.drift.presentation.text import shown
from harness.drift.report import SEVERITIES, Report
from harness.reporting.templates import stylesheet


def render(report: Report) -> str:
    source = (resources.files("harness.drift.presentation") / "page.html.jinja").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["shown"] = shown
    environment.filters["pretty"] = lambda value: json.dumps(value, indent=2, ensure_ascii=False, default=str)
    template = environment.from_string(source)
    members = {"severities": SEVERITIES, "counts": report.counts, "summary": plural(report)}
    return template.render(report=report, stylesheet=stylesheet(), **members) + "\n"
