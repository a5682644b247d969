"""The page of a self-test: one self-contained file."""

from pathlib import Path

from jinja2 import Environment, PackageLoader

from harness.reporting.templates import stylesheet
from harness.selftest.score import SelfTest
from harness.selftest.shares import ENOUGH, where

FILE = "selftest.html"


def write_page(selftest: SelfTest, folder: Path) -> Path:
    """Writes selftest.html."""
    environment = Environment(
        loader=PackageLoader("harness.selftest", "."), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    path = folder / FILE
    page = environment.get_template("page.html.jinja").render(
        selftest=selftest, stylesheet=stylesheet(), where=where, enough=ENOUGH
    )
    path.write_text(page, encoding="utf-8")
    return path
