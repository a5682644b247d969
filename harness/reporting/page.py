"""Writes report.html: one page, self-contained, that needs no script."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from harness.contract.contract import Contract
from harness.reporting.checklist import SHORT_NAMES, checked_points, own_points
from harness.reporting.templates import rendered
from harness.reporting.view import STATUSES, api_views, likely_roots
from harness.reporting.whereabouts import NOTE, foreign_addresses
from harness.reporting.whole import write_text
from harness.verdict.headline import broken, headline, tone
from harness.verdict.levels import failing
from harness.verdict.model import UNTESTED, Verdict
from harness.verdict.rarity import ONE_IN, looks_at, rarest_seen, seen_when_rare

FILE = "report.html"


def write_page(verdict: Verdict, contracts: Iterable[Contract], folder: Path) -> Path:
    """Writes report.html completely or not at all."""
    path = folder / FILE
    write_text(path, page(verdict, contracts))
    return path


def page(verdict: Verdict, contracts: Iterable[Contract]) -> str:
    """The page as HTML."""
    apis = api_views(verdict, contracts)
    counts = Counter(entry.standing for entry in verdict.requirements)
    silent = [row for api in apis for row in api.rows if row.entry.status in UNTESTED]
    seen, passed = seen_when_rare(verdict.requirements)
    return rendered(
        "page.html.j2",
        rare={"one_in": ONE_IN, "seen": seen, "passed": passed},
        rarest=lambda entry: rarest_seen(looks_at(entry)),
        verdict=verdict,
        apis=apis,
        untested=[row for row in silent if row.entry.standing != "not_shown"],
        not_shown=[row for row in silent if row.entry.standing == "not_shown"],
        statuses=STATUSES,
        counts=counts,
        roots=likely_roots(group for api in apis for group in api.deviations),
        points=checked_points(apis),
        own_points=own_points(apis),
        point_names=SHORT_NAMES,
        foreign=foreign_addresses(verdict.environment),
        note=NOTE,
        headline=headline(verdict),
        tone=tone(verdict),
        broken=broken(verdict),
        failing=[e for e in verdict.requirements if e.status == "failed" and e.level in failing(verdict.fail_on)],
        seconds=verdict.http.wall_s,
        most_requests=max((row.requests for row in verdict.organisations), default=1),
    )
