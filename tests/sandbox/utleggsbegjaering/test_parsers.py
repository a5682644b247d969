"""Parsers of foreign input either understand it or refuse it, whatever it is."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from harness.sandbox.utleggsbegjaering.attachments import SOUND, way_of
from harness.sandbox.utleggsbegjaering.body import parsed
from harness.sandbox.utleggsbegjaering.operations import OPERATIONS, at
from harness.sandbox.utleggsbegjaering.problem import Refused
from harness.sandbox.utleggsbegjaering.register import is_synthetic_organisation, is_synthetic_person
from harness.sandbox.utleggsbegjaering.rules.betaling import is_kid

DIGITS = st.text("0123456789", min_size=1, max_size=24)


@given(st.binary(max_size=200))
def test_octets_are_json_or_refused(octets: bytes):
    try:
        parsed(octets)
    except Refused as refused:
        assert refused.status == 400


@pytest.mark.parametrize("text", ["5000.12", "0.1", "-1.005", "1E+2"])
def test_fractions_keep_their_decimals(text: str):
    assert parsed(f'{{"beloep": {text}}}'.encode()) == {"beloep": Decimal(text)}


@given(DIGITS)
def test_a_kid_with_the_check_digit_of_modulus_10_is_right_and_a_shifted_one_is_not(body: str):
    check = luhn.calc_check_digit(body)
    right = [digit for digit in "0123456789-" if is_kid(body + digit)]

    assert check in right
    assert len(right) <= 2  # the other check digit is the modulus 11 one


@given(st.text(max_size=30))
def test_any_text_is_a_kid_or_not(text: str):
    assert is_kid(text) in {True, False}


@given(st.text(max_size=15))
def test_any_text_is_a_party_or_not(text: str):
    assert not (is_synthetic_organisation(text) and is_synthetic_person(text))


@given(st.text(max_size=300), st.binary(max_size=100))
def test_any_file_name_has_a_way(filnavn: str, content: bytes):
    assert way_of(filnavn, content)[0] == SOUND[0]


@given(st.text(max_size=40))
def test_a_path_names_at_most_one_operation_per_method(path: str):
    methods = [operation.method for operation, _ in at(OPERATIONS, f"/{path}")]

    assert len(methods) == len(set(methods))
