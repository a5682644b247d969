"""What is shown of a long text of an answer."""

import pytest

from harness.exchange import Response, beginning


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
        ValueError, match=r"the number \S{5}… \(\d+ characters\) is beyond what JSON exchanges"
    ) as refused:
        answer.json()

    assert number[:6] not in str(refused.value)
