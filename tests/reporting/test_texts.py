"""The catalogue of texts has every text in every language."""

import re

import pytest

from harness.contract.client_checks import all_client_checks
from harness.reporting.texts import LANGUAGES, catalogue
from harness.reporting.view import STATUSES

ENGLISH = catalogue("en")


def braces(text: str) -> set[str]:
    return set(re.findall(r"\{\w+\}", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_texts_with_the_same_gaps(language):
    other = catalogue(language)

    assert {section: set(texts) for section, texts in other.items()} == {
        section: set(texts) for section, texts in ENGLISH.items()
    }
    assert [
        key
        for section, texts in ENGLISH.items()
        for key in texts
        if braces(texts[key]) != braces(other[section][key]) or not other[section][key].strip()
    ] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_check_of_clients_says_how_to_fix_what_it_finds(language):
    assert set(catalogue(language)["fixes"]) - {""} == set(all_client_checks())


COMPOSED = (
    *("question.", "kind.", "level.", "lost.", "scenario.", "state.", "trouble.", "clock.", "group.", "do.", "answer."),
    *("token.grant", "token.issued", "token.bearer", "now.step_", "now.environment", "now.text", "now.json", "window."),
    *("faults.lead", "benign.lead", "intervention."),
)
"""Prefixes of keys that are put together where they are used."""


def is_asked(key: str, said: str) -> bool:
    """The singular text is shown in place of the plural one."""
    key = key.removesuffix(".one")
    return f'"{key}"' in said or f"'{key}'" in said


def test_every_text_is_asked_for_somewhere(repository):
    """A text that no page shows is unused."""
    code, pages = repository / "harness" / "console", repository / "reports" / "templates"
    said = "".join(path.read_text(encoding="utf-8") for path in (*code.rglob("*.py"), *pages.rglob("*.j2")))

    assert [key for key in ENGLISH["console"] if not is_asked(key, said) and not key.startswith(COMPOSED)] == []


def test_every_status_has_a_word():
    assert set(ENGLISH["statuses"]) == set(STATUSES)
