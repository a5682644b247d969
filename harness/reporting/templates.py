"""Finds and fills the templates of the pages for people."""

from functools import cache
from pathlib import Path

import jinja2


def reports_folder() -> Path:
    """Where Allure's settings and the templates lie: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parent.parent
    bundled = package / "_bundled" / "reports"
    return bundled if bundled.is_dir() else package.parent / "reports"


@cache
def environment() -> jinja2.Environment:
    """Where templates are filled in: a member that is missing is an error, and HTML escapes what it is given."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(reports_folder() / "templates"),
        autoescape=jinja2.select_autoescape(["html.j2", "svg.j2"]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def rendered(template: str, **members: object) -> str:
    """A template filled in."""
    return environment().get_template(template).render(members)


def stylesheet() -> str:
    """The look that all pages share; no word of anybody else's is in it."""
    return rendered("style.css.j2")
