"""What is shown of a long text of an answer."""

import pytest

from harness.exchange import beginning


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
