"""The Norwegian pages are in Norwegian, and what they quote is marked as English."""

import ast
import html
import re
from importlib import resources
from pathlib import Path

import pytest

from harness.console.words import Words
from harness.contract.pinned import contract_of, issuer_names
from harness.reporting.texts import catalogue, sentences
from harness.sandbox.faults.catalogue import all_faults
from harness.sandbox.knobs import all_knobs
from harness.sandbox.kravogbetalinger import generator
from harness.sandbox.parties import ROLES
from harness.sandbox.testdata import known_organisations
from harness.sandbox.utleggsbegjaering import register
from harness.targets.profiles import known_apis

SCENARIOS = Path(str(resources.files("scenarios")))


def requirements():
    contracts = [contract_of(name) for name in (*known_apis(), *issuer_names())]
    return {each.text for contract in contracts for each in contract.requirements.values() if each.actor == "client"}


def scenarios():
    found = set()
    for file in SCENARIOS.glob("*/client/test_*.py"):
        functions = [node for node in ast.parse(file.read_text()).body if isinstance(node, ast.FunctionDef)]
        found |= {(ast.get_docstring(each) or "").split("\n")[0] for each in functions if each.name.startswith("test_")}
    return found


def knobs():
    return {knob.text for knob in all_knobs()}


def profiles():
    return {*generator.profiles().values(), *(profile.text for profile in register.PROFILES.values())}


def roles():
    told = {str(entry.get("role", "")) for entry in known_organisations().values()} - {""}
    return {*ROLES.values(), *told}


def themes():
    return {fault.theme.replace("_", " ") for fault in all_faults()}


KINDS = (requirements, scenarios, knobs, profiles, roles, themes)


@pytest.mark.parametrize("kind", KINDS)
def test_every_sentence_is_there_in_norwegian(kind):
    english = kind()

    assert len(english) > 2
    assert sorted(english - sentences("nb").keys()) == []


def test_no_sentence_is_translated_that_nobody_states():
    assert sorted(sentences("nb").keys() - {text for kind in KINDS for text in kind()}) == []


def test_a_sentence_without_translation_stays_as_it_is_and_is_marked_as_english():
    words = Words("nb")

    assert words.sentence("Nobody wrote this.") == "Nobody wrote this."
    assert words.language_of("Nobody wrote this.") == "en"
    assert words.sentence("A grant has a jti.") == "Et grant har en jti."
    assert words.language_of("A grant has a jti.") == "nb"


def test_numbers_agree():
    said = {language: Words(language) for language in ("en", "nb")}

    assert [said["en"]("scope.of_next", count=count) for count in (1, 2)] == [
        "for the next call",
        "for the next 2 calls",
    ]
    assert [said["nb"]("scope.of_next", count=count) for count in (1, 2)] == [
        "for det neste kallet",
        "for de neste 2 kallene",
    ]


def test_both_catalogues_have_the_same_keys_and_places_to_fill_in():
    english, norwegian = catalogue("en"), catalogue("nb")

    assert {section: texts.keys() for section, texts in english.items()} == {
        section: texts.keys() for section, texts in norwegian.items()
    }
    differing = [
        key
        for section, texts in english.items()
        for key, text in texts.items()
        if sorted(re.findall(r"\{\w+\}", text)) != sorted(re.findall(r"\{\w+\}", norwegian[section][key]))
    ]
    assert differing == []


def test_promises_and_knobs_are_norwegian_on_the_pages(seen):
    progress, what_if = seen.page("/console/progress?lang=nb"), seen.page("/console/what-if?lang=nb")

    assert 'lang="nb">Et grant er gyldig i høyst 120 sekunder (exp - iat).' in html.unescape(progress)
    assert 'lang="nb">Om hvert ledd i en sum avkortes til hele kroner.' in html.unescape(what_if)
    assert re.findall(r'<span class="plain" lang="en">', progress) == []


def test_a_search_finds_norwegian_words(seen):
    page = html.unescape(seen.page("/console/what-if?lang=nb&q=kalenderår"))

    assert 'id="knob-year"' in page and 'id="knob-oere"' not in page
