"""The part of a long text in an answer that is shown."""

from decimal import Decimal

import pytest

from harness.exchange import Response, beginning, kind_of


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("short", "short"),
        ("ukjent verdi " + "14838290095" * 2, "ukjent verdi …"),
        ("ukjent verdi eyJhbGciOiJSUzI1NiJ9.eyJzdWIi", "ukjent verdi …"),
        ("ukjent verdi %u0031%u0034%u0038%u0033", "ukjent verdi …"),
        ("eyJhbGciOiJSUzI1NiJ9", "…"),
    ],
)
def test_a_text_is_cut_between_words(text, shown):
    assert beginning(text, 18) == shown


@pytest.mark.parametrize(
    "number", ["17057512345" + "0" * 400, "17057512345e999", "-17057512345e-999", "1.7057512345e999"]
)
def test_a_number_that_is_refused_shows_too_little_to_be_anybodys(number):
    answer = Response(200, (("Content-Type", "application/json"),), f'{{"a": {number}}}'.encode())

    with pytest.raises(
        ValueError, match=r"the number \S{5}… \(\d+ characters\) is outside the range that JSON can exchange reliably"
    ) as refused:
        answer.json()

    assert number[:6] not in str(refused.value)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "null"), (True, "a boolean"), (1, "a number"), (Decimal("1.5"), "a number"), ("x", "a string"),
        ([], "an array"), ({}, "an object"),
    ],
)  # fmt: skip
def test_a_value_is_told_of_in_the_words_of_json(value, kind):
    assert kind_of(value) == kind
