"""Finds and renders the templates of the pages for people."""

from functools import cache
from pathlib import Path

import jinja2


def reports_folder() -> Path:
    """Where Allure's settings and the templates are: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parent.parent
    bundled = package / "_bundled" / "reports"
    return bundled if bundled.is_dir() else package.parent / "reports"


@cache
def environment() -> jinja2.Environment:
    """The template environment: a missing variable is an error, and HTML templates escape their variables."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(reports_folder() / "templates"),
        autoescape=jinja2.select_autoescape(["html.j2", "svg.j2"]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def rendered(template: str, **members: object) -> str:
    """Renders a template."""
    return environment().get_template(template).render(members)


def stylesheet() -> str:
    """The style sheet of all pages; it contains no text from outside."""
    return rendered("style.css.j2")
