"""The words of the pages for people, from one catalogue per language: the summary's and the console's."""

import tomllib
from collections.abc import Mapping
from functools import cache

from harness.reporting.templates import reports_folder

LANGUAGES = {"en": "English", "nb": "Norsk"}
"""Every language by its code, as it calls itself."""

Catalogue = Mapping[str, Mapping[str, str]]


@cache
def catalogue(language: str) -> Catalogue:
    """The words by section and key; the file of each language explains them."""
    path = reports_folder() / "templates" / f"texts.{language}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))
