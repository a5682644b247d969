"""Builds the documentation: `nox -s docs`. The reference is made from the code first, and is not kept in git."""

from pathlib import Path

from sphinx.application import Sphinx

import harness
from harness.cli import main
from harness.handbook.book import write_pages

project = "Prøvestand"
release = harness.__version__
copyright = "the authors, MIT licence"

extensions = ["myst_parser"]
exclude_patterns = ["_build"]
myst_heading_anchors = 4
myst_links_external_new_tab = False
nitpicky = True

html_theme = "furo"  # no font, script or picture of another host
html_static_path = ["_static"]
html_css_files = ["own.css"]
html_title = f"Prøvestand {release}"
html_show_sphinx = False
html_copy_source = False


def setup(app: Sphinx) -> None:
    app.connect("builder-inited", lambda _: write_pages(Path(__file__).parent / "reference", main))
