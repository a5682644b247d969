"""report.html, the page for people."""

from collections.abc import Iterator
from pathlib import Path

from harness.reporting.formats import Results
from harness.reporting.page import FILE, write_page

__all__ = ["FILE", "HELP", "write"]

HELP = "report.html, one page. Made if nothing else is asked for."


def write(results: Results) -> Iterator[Path]:
    yield write_page(results.verdict, results.contracts, results.folder)
