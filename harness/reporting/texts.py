"""The texts of the summary and the console, from one catalogue per language."""

import tomllib
from collections.abc import Mapping
from functools import cache

from harness.reporting.templates import reports_folder

LANGUAGES = {"en": "English", "nb": "Norsk"}
"""The languages' own names, by code."""

NONE: Mapping[str, str] = {}
Catalogue = Mapping[str, Mapping[str, str]]


@cache
def catalogue(language: str) -> Catalogue:
    """The texts by section and key; each language's file explains them."""
    path = reports_folder() / "templates" / f"texts.{language}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def sentences(language: str) -> Mapping[str, str]:
    """Translations of English sentences from the code, by the English sentence; empty for English."""
    path = reports_folder() / "templates" / f"sentences.{language}.toml"
    if not path.exists():
        return NONE
    sections: Catalogue = tomllib.loads(path.read_text(encoding="utf-8"))
    return {english: text for section in sections.values() for english, text in section.items()}
