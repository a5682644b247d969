"""The words of the pages for people, from one catalogue per language: the summary's and the console's."""

import tomllib
from collections.abc import Mapping
from functools import cache

from harness.reporting.templates import reports_folder

LANGUAGES = {"en": "English", "nb": "Norsk"}
"""Every language by its code, as it calls itself."""

NONE: Mapping[str, str] = {}
Catalogue = Mapping[str, Mapping[str, str]]


@cache
def catalogue(language: str) -> Catalogue:
    """The words by section and key; the file of each language explains them."""
    path = reports_folder() / "templates" / f"texts.{language}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def sentences(language: str) -> Mapping[str, str]:
    """What is stated in English where it belongs, in another language, by the English sentence; empty for English."""
    path = reports_folder() / "templates" / f"sentences.{language}.toml"
    if not path.exists():
        return NONE
    sections: Catalogue = tomllib.loads(path.read_text(encoding="utf-8"))
    return {english: text for section in sections.values() for english, text in section.items()}
