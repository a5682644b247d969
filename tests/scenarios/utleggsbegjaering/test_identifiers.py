"""Numbers with check digits."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.utleggsbegjaering.builders import KONTONUMMER
from scenarios.utleggsbegjaering.identifiers import (
    birth_date,
    broken,
    is_account,
    is_kid,
    is_organisation,
    is_person,
    is_synthetic,
    kid_mod10,
    kid_mod11,
    synthetic_organisation,
    synthetic_person,
)
from scenarios.utleggsbegjaering.parties import PUBLISHED


@given(st.integers(0, 899_999))
def test_a_made_organisation_is_right_and_synthetic(serial):
    number = synthetic_organisation(serial)

    assert is_organisation(number)
    assert is_synthetic(number)


@given(st.dates(datetime.date(1940, 1, 1), datetime.date(1999, 12, 31)), st.integers(0, 300))
def test_a_made_person_is_right_synthetic_and_born_that_day(born, serial):
    number = synthetic_person(born, serial)

    assert is_person(number)
    assert is_synthetic(number)
    assert birth_date(number) == born


@given(st.text("0123456789", min_size=1, max_size=24))
def test_a_payment_reference_is_right_by_either_modulus(stem):
    assert is_kid(kid_mod10(stem))
    assert is_kid(kid_mod11(stem))
    assert not is_kid(broken(kid_mod10(stem)))


@pytest.mark.parametrize("number", ["", "1", "0" * 26, "12a4", "-", "1-2", "٣٤٥٦"])
def test_what_is_no_payment_reference(number):
    assert not is_kid(number)


@pytest.mark.parametrize(
    ("kid", "right"),
    [("2509937609", True), ("2509937608", True), ("2509937607", False)],
    ids=["MOD10", "MOD11", "neither"],
)
def test_payment_references_of_the_published_examples_and_beside_them(kid, right):
    assert is_kid(kid) is right


def test_an_account_number():
    assert is_account(KONTONUMMER)
    assert not is_account(broken(KONTONUMMER))


@pytest.mark.parametrize("role", PUBLISHED)
def test_a_party_of_the_scenarios_is_right_and_synthetic(role):
    number = PUBLISHED[role]

    assert is_organisation(number) or is_person(number)
    assert is_synthetic(number)
