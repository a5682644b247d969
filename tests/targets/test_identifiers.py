"""Synthetic numbers are distinguished from those that may be real."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.no import fodselsnummer, orgnr

from harness.identifiers import is_real_organisation, is_real_person, is_synthetic_organisation


@pytest.mark.parametrize("number", ["313367002", "212201782", "312345676", "219001002"])
def test_synthetic_organisations(number):
    assert (is_synthetic_organisation(number), is_real_organisation(number)) == (True, False)


@given(st.integers(400_000_000, 999_999_999).map(str))
def test_any_other_number_with_a_right_check_digit_may_be_real(number):
    assert is_real_organisation(number) == orgnr.is_valid(number)
    assert not is_synthetic_organisation(number)


@pytest.mark.parametrize("number", ["04827896468", "14838290095", "12345678901", "1483829009", "abcdefghijk"])
def test_nobody(number):
    assert not is_real_person(number)


@st.composite
def persons(draw, months):
    """Digits with valid check digits."""
    day = draw(st.integers(1, 28)) + draw(st.sampled_from([0, 40]))
    start = f"{day:02}{draw(months):02}{draw(st.integers(0, 99)):02}{draw(st.integers(0, 999)):03}"
    first = fodselsnummer.calc_check_digit1(start)
    second = fodselsnummer.calc_check_digit2(start + first)
    return start + first + second


@given(persons(st.integers(1, 12) | st.integers(41, 52) | st.integers(66, 77)))
def test_a_person_of_any_register_may_be_real(number):
    assert is_real_person(number) or len(number) != 11


@given(persons(st.integers(81, 92)))
def test_a_month_with_80_added_is_synthetic(number):
    assert not is_real_person(number)


@pytest.mark.parametrize("number", ["02013299997", "02013299903", "02013299806", "30108299920", "30108299939"])
def test_numbers_that_will_be_issued_from_2032_may_be_real(number):
    """The examples on the register's own page; today's rule recognises two of them."""
    assert is_real_person(number)


@pytest.mark.parametrize("number", ["02013299904", "30108299930", "02013299998"])
def test_the_second_check_digit_is_held_to_as_today(number):
    assert not is_real_person(number)
