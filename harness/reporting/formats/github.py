"""For GitHub Actions: an annotation per broken requirement, and a job summary."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from harness.contract.contract import Contract
from harness.display import in_code, in_markdown, printable, quantity
from harness.reporting.checklist import SHORT_NAMES, checked_points
from harness.reporting.findings import Finding, findings_of
from harness.reporting.formats import Command, Results
from harness.reporting.view import STATUSES, api_views, likely_roots
from harness.reporting.whole import write_text
from harness.verdict.headline import Tone, headline, tone
from harness.verdict.model import Verdict

FILE = "job-summary.md"
HELP = "Annotations on standard output, and job-summary.md."

COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}

MOST = 10
"""GitHub shows ten annotations of a kind per step."""

SIGNS: Mapping[Tone, str] = {"green": "✅", "amber": "⚠️", "red": "❌"}


def annotations(verdict: Verdict, contracts: Sequence[Contract]) -> Iterator[Command]:
    """Workflow commands, one line each, the headline first; GitHub reads them from standard output."""
    command = {"green": "notice", "amber": "warning", "red": "error"}[tone(verdict)]
    yield Command(f"::{command} title=Prøvestand::{_data(headline(verdict))}")
    found: dict[str, list[Finding]] = {}
    for finding in findings_of(verdict, contracts):
        if finding.waived_by is None:
            found.setdefault(finding.rule, []).append(finding)
    shown = Counter([command])
    for rule, findings in found.items():
        first = findings[0]
        kind = COMMANDS[first.weight]
        shown[kind] += 1
        if shown[kind] < MOST:
            title = _property(f"{rule} {first.operation}".strip())
            more = f"\n{len(findings) - 1} more of this kind" if len(findings) > 1 else ""
            yield Command(f"::{kind} title={title}::{_data(f'{first.title} {first.message}{more}')}")
    left_out = sum(max(0, count - MOST + 1) for count in shown.values())
    if left_out:
        yield Command(f"::notice title=Prøvestand::{quantity(left_out, 'more broken requirement')} in report.html")
    for waiver in verdict.waivers:
        if waiver.state in {"expired", "unused"}:
            title = _property(f"waiver {waiver.name}")
            yield Command(f"::warning title={title}::{waiver.state}, owner {_data(waiver.owner)}")


def write(results: Results) -> Iterator[Path | Command]:
    """The annotations to print, and job-summary.md, which a workflow appends to $GITHUB_STEP_SUMMARY."""
    path = results.folder / FILE
    write_text(path, job_summary(results.verdict, results.contracts))
    yield from annotations(results.verdict, results.contracts)
    yield path


def job_summary(verdict: Verdict, contracts: Sequence[Contract]) -> str:
    """The verdict in Markdown: a table of themes, the deviations, what was not judged."""
    apis = api_views(verdict, contracts)
    shown = [status for status in STATUSES if any(api.counts[status] for api in apis)]
    points = checked_points(apis)
    share = verdict.coverage
    lines = [
        f"## {SIGNS[tone(verdict)]} Prøvestand: {headline(verdict)}",
        "",
        f"Judged {share} testable requirements, {share.total} in all"
        f"{'; only part of the suite was run' if verdict.partial else ''}.",
        "",
        f"Target {in_code(verdict.target)}, {quantity(verdict.counts['scenarios'], 'scenario')}, "
        f"{quantity(verdict.http.requests, 'request')} in {verdict.http.wall_s:.1f} s, seed {verdict.seed}.",
    ]
    groups = [group for root in likely_roots(g for api in apis for g in api.deviations) for group in root.groups]
    if groups:
        lines += [
            "",
            "### Broken requirements",
            "",
            "| requirement | level | operations | expected | actual | seen | waived |",
        ]
        lines += ["|---|---|---|---|---|---:|---|"]
        for group in groups:
            first = group.entries[0]
            cells = (
                group.row.requirement.text,
                f"{group.row.entry.level}: {group.word}",
                ", ".join(group.operations),
                first.expected,
                first.actual,
                str(group.seen),
                ", ".join(group.waivers) if group.waived else "no",
            )
            lines.append(f"| **{in_markdown(first.requirement)}** " + " | ".join(map(in_markdown, cells)) + " |")
    if verdict.problems:
        lines += ["", "### Not judged", "", *(f"- {in_markdown(problem)}" for problem in verdict.problems[:20])]
    for api in apis:
        lines += [
            "",
            f"### {in_markdown(api.title)}",
            "",
            "| theme | " + " | ".join(s.replace("_", " ") for s in shown) + " | judged of testable |",
        ]
        lines += ["|---|" + "---:|" * (len(shown) + 1)]
        for theme in api.themes:
            figures = [str(theme.counts[status] or "") for status in shown]
            figures.append(str(theme.share))
            lines.append(f"| {in_markdown(theme.name)} | " + " | ".join(figures) + " |")
        lines += ["", "| point of the vendor checklist | judged of testable |", "|---|---:|"]
        lines += [f"| {SHORT_NAMES[point.name]} | {point.share} |" for point in points if point.api is api]
        lines += [f"| in all | {api.share} |"]
    return "\n".join(lines) + "\n"


def _data(text: str) -> str:
    return printable(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
