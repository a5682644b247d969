"""Prints a verdict on the terminal: deviations, a table of themes, where the reports are."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape as escape_markup
from rich.table import Table

from harness.contract.checklist import POINTS
from harness.contract.contract import Contract
from harness.display import one_line, quantity
from harness.reporting.checklist import SHORT_NAMES
from harness.verdict.coverage import ApiShare
from harness.verdict.headline import Tone, headline, tone
from harness.verdict.levels import FAIL_ON, WORDS, FailOn
from harness.verdict.model import UNTESTED, DeviationEntry, Verdict
from harness.verdict.outcome import Finding
from harness.verdict.rarity import ONE_IN, seen_when_rare

STATUSES = ("passed", "failed", "waived", "observed", "not_testable", "not_run", "not_shown")
COLOURS: Mapping[Tone, str] = {"green": "green", "amber": "yellow", "red": "red"}
REPORTS = ("verdict.json", "report.html", "junit.xml", "exchanges.har", "allure-results")
MOST = 20
LONGEST_CURL = 600
"""The longest command printed on a terminal; verdict.json and the page have longer ones."""
"""The most lines of one kind on the terminal; verdict.json has them all."""


def deviation_text(finding: Finding) -> str:
    """One deviation as plain text, for a failed test."""
    lines = [f"deviation {finding.requirement}: {finding.check}"]
    if finding.request:
        lines.append(f"  --> {one_line(finding.request)}")
    lines += [f"   |  expected  {one_line(finding.expected)}", f"   |  actual    {one_line(finding.actual)}"]
    if finding.korrelasjonsid:
        lines.append(f"   =  korrelasjonsid {one_line(finding.korrelasjonsid)}")
    return "\n".join(lines)


def print_verdict(verdict: Verdict, contracts: Iterable[Contract], out: Path, console: Console | None = None) -> None:
    """Prints everything a person wants to see at the end of a run."""
    console = console or Console(highlight=False, soft_wrap=True, emoji=False)
    texts = {key: r.text for contract in contracts for key, r in contract.requirements.items()}
    themes = {key: r.theme for contract in contracts for key, r in contract.requirements.items()}
    console.print()
    levels = {entry.id: entry.level for entry in verdict.requirements}
    open_ones = [entry for entry in verdict.deviations if entry.waived_by is None]
    for level in reversed(FAIL_ON):  # the most severe comes last, where a terminal shows it
        of_level = (entry for entry in open_ones if levels.get(entry.requirement) == level)
        for requirement, entries in groupby(of_level, key=lambda entry: entry.requirement):
            _print_deviations(console, list(entries), texts.get(requirement, ""), level)
    _print_waivers(console, verdict)
    for problem in verdict.problems[:MOST]:
        console.print(f"[yellow]not judged[/] {_safe(problem)}")
    if len(verdict.problems) > MOST:
        console.print(f"… {len(verdict.problems) - MOST} more in verdict.json")
    for api in dict.fromkeys(entry.api for entry in verdict.requirements):
        table = _themes(verdict, api, themes)
        if table.row_count:
            console.print(table)
            _print_points(console, verdict.coverage.by_api[api])
    _print_untested(console, verdict)
    _print_word(console, verdict)
    for name in REPORTS:
        if (out / name).exists():
            console.print(f"  {_safe(_shown(out / name))}")


def _print_deviations(console: Console, entries: Sequence[DeviationEntry], text: str, level: FailOn) -> None:
    """Prints the deviations from one requirement: the first in full, for the others where and how often."""
    first = entries[0]
    colour = "red" if level == "must" else "yellow"
    console.print(f"[bold {colour}]{WORDS[level]}[/] [bold]{first.requirement}[/]: {_safe(text)}")
    if first.request:
        console.print(f"  --> {_safe(first.request)}")
    console.print(f"   |  expected  {_safe(first.expected)}")
    console.print(f"   |  actual    {_safe(first.actual)}")
    seen = sum(entry.seen for entry in entries)
    if seen > 1:
        operations = sorted({entry.operation for entry in entries if entry.operation})
        console.print(f"   |  seen      {seen} times{' in ' if operations else ''}{', '.join(operations)}")
    tail = f"      korrelasjonsid {_safe(first.korrelasjonsid)}" if first.korrelasjonsid else ""
    if 0 < len(first.curl) <= LONGEST_CURL:
        console.print(f"   =  this call {_safe(first.curl)}")
    console.print(f"   =  reproduce {_safe(first.reproduce)}{tail}\n")


def _print_waivers(console: Console, verdict: Verdict) -> None:
    for waiver in verdict.waivers:
        what = waiver.fingerprint or f"{waiver.requirement} {waiver.operation}"
        told = {
            "used": f"[yellow]waived[/] {_safe(what)} until {waiver.expires}: {_safe(waiver.reason)}",
            "expired": f"[bold red]expired waiver[/] {_safe(waiver.name)}: {_safe(what)} was waived until "
            f"{waiver.expires}. Renew it with a reason, or remove it.",
            "unused": f"[yellow]unused waiver[/] {_safe(waiver.name)}: {_safe(what)} did not deviate. Remove it.",
        }.get(waiver.state)
        if told is not None:
            console.print(f"{told} ({_safe(waiver.owner)})")


def _themes(verdict: Verdict, api: str, themes: dict[str, str]) -> Table:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for entry in verdict.requirements:
        if entry.api == api:
            counts[themes.get(entry.id, "")][entry.standing] += 1
    shown = [status for status in STATUSES if any(entry.standing == status for entry in verdict.requirements)]
    title = f"Requirements per theme of {api}"
    table = Table(box=SIMPLE_HEAD, title=title, title_justify="left", title_style="bold")
    table.add_column("theme", min_width=max(map(len, themes.values()), default=0))
    for status in shown:
        table.add_column(status.replace("_", " "), justify="right")
    table.add_column("judged of testable", justify="right")
    shares = verdict.coverage.by_api[api].themes
    for theme, row in counts.items():
        if verdict.partial and set(row) <= {*UNTESTED, "not_shown"}:
            continue  # not part of this run
        style = "red" if row["failed"] else ""
        share = str(shares.get(theme, ""))
        table.add_row(theme, *(str(row[status] or "·") for status in shown), share, style=style)
    return table


def _print_points(console: Console, share: ApiShare) -> None:
    """Prints how much of each point of the vendor checklist was judged."""
    parts = [f"{SHORT_NAMES[point]} {share.points[point]}" for point in POINTS if point in share.points]
    if parts:
        console.print(f"  checklist, judged of testable: {', '.join(parts)}\n")


def _print_untested(console: Console, verdict: Verdict) -> None:
    """Prints why must-requirements were not judged; without that a run would look better than it is."""
    silent = [e for e in verdict.requirements if e.status in UNTESTED and e.level == "must"]
    if verdict.partial:  # the rest was not part of this run
        silent = [entry for entry in silent if entry.scenarios]
    for entry in silent[:MOST]:
        console.print(f"[dim]{entry.standing.replace('_', ' ')}[/] {entry.id}: {_safe(entry.reason)}")
    if len(silent) > MOST:
        console.print(f"… {len(silent) - MOST} more in verdict.json")
    if silent:
        console.print()


def _print_word(console: Console, verdict: Verdict) -> None:
    counts, http, share = verdict.counts, verdict.http, verdict.coverage
    console.print(f"[bold {COLOURS[tone(verdict)]}]{_safe(headline(verdict))}[/]")
    parts = [f"{api} {part}" for api, part in share.by_api.items()]
    console.print(
        f"judged {share} testable requirements ({', '.join(parts)}); {share.total} in all"
        f"{'; only part of the suite was run' if verdict.partial else ''}"
    )
    seen, passed = seen_when_rare(verdict.requirements)
    if passed and not verdict.partial:
        console.print(f"a fault of one call in {ONE_IN} would have shown in {seen} of the {passed} that passed (95 %)")
    console.print(
        f"{verdict.verdict}  target {_safe(verdict.target)}, "
        f"{quantity(counts['scenarios'], 'scenario')}, {quantity(http.requests, 'request')} in {http.wall_s:.1f} s, "
        f"at most {http.max_in_flight} in flight, seed {verdict.seed}"
    )


def _safe(text: str) -> str:
    """A text from outside, escaped for a console that interprets markup."""
    return escape_markup(one_line(text))


def _shown(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
