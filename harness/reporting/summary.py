"""Writes the test summary that Skatteetaten asks for before production: Markdown, and HTML that prints well."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Literal

from markdown_it import MarkdownIt

from harness.contract.contract import Contract
from harness.display import in_code, in_markdown
from harness.redaction.redactor import without_identities
from harness.reporting.checklist import checked_points, own_points
from harness.reporting.templates import rendered
from harness.reporting.texts import catalogue
from harness.reporting.view import api_views
from harness.reporting.whereabouts import foreign_addresses
from harness.reporting.whole import write_text
from harness.targets.vendor import Vendor
from harness.verdict.headline import broken
from harness.verdict.model import UNTESTED, Verdict

Language = Literal["nb", "en"]

NO_HEADINGS = re.compile(r"<thead>\s*<tr>\s*(?:<th></th>\s*)+</tr>\s*</thead>\s*")
"""Markdown has no table without a heading row; a screen reader should not read out empty ones."""

SYNTHETIC_FIRST_DIGITS = ("2", "3")
"""Numbers of synthetic organisations in Tenor begin with these digits (Skatteetaten, Tenor testdata)."""


def write_summary(
    verdict: Verdict, contracts: Iterable[Contract], vendor: Vendor, language: Language, folder: Path
) -> list[Path]:
    """Writes summary.LANGUAGE.md and .html, each completely or not at all; raises FaultySpecificationError."""
    text = summary(verdict, contracts, vendor, language)
    markdown, page = folder / f"summary.{language}.md", folder / f"summary.{language}.html"
    write_text(markdown, text)
    write_text(page, as_html(text, language))
    return [markdown, page]


def summary(verdict: Verdict, contracts: Iterable[Contract], vendor: Vendor, language: Language) -> str:
    """The summary in Markdown, without identity numbers and tokens."""
    apis = api_views(verdict, contracts)
    names = {api.contract.api: api.title for api in apis}
    surfaces = verdict.environment.apis if verdict.environment else []
    foreign = foreign_addresses(verdict.environment)
    organisations = sorted({row.organisation for row in verdict.organisations})
    untested = [row for api in apis for row in api.rows if row.entry.status in UNTESTED]
    text = rendered(
        f"summary.{language}.md.j2",
        words=catalogue(language),
        verdict=verdict,
        vendor=vendor,
        apis=apis,
        titles=" og ".join(api.title for api in apis) if language == "nb" else " and ".join(api.title for api in apis),
        points=checked_points(apis),
        own_points=own_points(apis),
        surfaces=surfaces,
        kinds=sorted({kind for surface in surfaces for kind in surface.access.values()}),
        untested=[row for row in untested if row.entry.standing != "not_shown"],
        not_shown=[row for row in untested if row.entry.standing == "not_shown"],
        deviations=[group for api in apis for group in api.deviations],
        first_deviation={entry.requirement: entry for entry in reversed(verdict.deviations)},
        organisations=organisations,
        real=[number for number in organisations if not number.startswith(SYNTHETIC_FIRST_DIGITS)],
        counts=sum((Counter(api.counts) for api in apis), Counter()),
        broken=broken(verdict),
        coverage=verdict.coverage,
        foreign=foreign,
        foreign_codes=[in_code(address) for address in foreign],
        api_name=lambda api: in_markdown(names.get(api, api)),
        md=in_markdown,
        ranges=id_ranges,
        code=in_code,
        time=_time,
    )
    return without_identities(text)


def as_html(markdown: str, language: Language) -> str:
    """The summary as a page. HTML and images in Markdown are disabled: what a server sent stays text."""
    body = NO_HEADINGS.sub("", MarkdownIt("js-default").disable("image").render(markdown))
    return rendered("summary.html.j2", body=body, language=language, title=markdown.splitlines()[0].removeprefix("# "))


def id_ranges(ids: Iterable[str]) -> str:
    """Requirement ids with consecutive numbers as ranges: `KOB-AUTH-001–003, KOB-AUTH-007`."""
    runs: list[list[str]] = []
    for current in ids:
        if runs and _number(current) == _number(runs[-1][-1]) + 1 and _stem(current) == _stem(runs[-1][-1]):
            runs[-1].append(current)
        else:
            runs.append([current])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]}–{run[-1].rpartition('-')[2]}" for run in runs)


def _stem(key: str) -> str:
    return key.rpartition("-")[0]


def _number(key: str) -> int:
    last = key.rpartition("-")[2]
    return int(last) if last.isdecimal() else -1


def _time(moment: datetime | str) -> str:
    """A time in UTC to the second, as ISO 8601."""
    when = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return when.strftime("%Y-%m-%d %H:%M:%S")
