"""What the party registers say about test parties: only synthetic identifiers, each once, with valid check digits."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from stdnum.no import fodselsnummer, orgnr


@pytest.fixture(scope="module")
def text(repository: Path) -> str:
    return (repository / "specs" / "testdata" / "party_register.toml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def parties(text: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads(text)


def test_organisations_are_synthetic_and_their_check_digit_is_right(parties: dict[str, Any]):
    organisations = [number for number in parties if len(number) == 9]

    assert organisations
    assert [number for number in organisations if number[0] not in "23" or not orgnr.is_valid(number)] == []


def test_persons_are_synthetic_and_their_check_digits_and_birth_dates_are_right(parties: dict[str, Any]):
    persons = {number: entry for number, entry in parties.items() if len(number) == 11}

    assert persons
    for number, entry in persons.items():
        born = entry["born"]
        assert number[:6] == f"{born.day:02}{born.month + 80:02}{born.year % 100:02}"
        assert number[-2:] == f"{fodselsnummer.calc_check_digit1(number)}{fodselsnummer.calc_check_digit2(number)}"


def test_every_number_is_a_party_with_a_role_of_its_own(parties: dict[str, Any]):
    roles = [entry["role"] for entry in parties.values()]

    assert [number for number in parties if len(number) not in {9, 11}] == []
    assert len(set(roles)) == len(roles)


def test_entries_are_sorted_and_say_where_they_are_from(text: str, parties: dict[str, Any]):
    listed = re.findall(r'^\["([0-9]+)"\]$', text, re.MULTILINE)
    known = {"role", "born", "registered", "rules", "form", "source"}

    assert listed == sorted(listed)
    assert [number for number, entry in parties.items() if not {"role", "source"} <= entry.keys() <= known] == []
