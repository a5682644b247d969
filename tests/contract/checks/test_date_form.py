"""A date is written YYYY-MM-DD and exists in the calendar."""

import pytest


def book(utgitt: str) -> bytes:
    return f'{{"hylle": "7", "bok": [{{"tittel": "Sult", "pris": 1.0, "utgitt": "{utgitt}"}}]}}'.encode()


@pytest.mark.parametrize("utgitt", ["1890-06-01", "2024-02-29"])
def test_a_date_passes(wire, verdict_of, utgitt):
    assert verdict_of("date_form", wire(200, book(utgitt))) == []


@pytest.mark.parametrize(
    "utgitt",
    [
        "18900601",
        "1.6.1890",
        "1890-06-01T00:00:00",
        "2023-02-29",
        "1890-W22-7",
        "1890-6-1",
        "1890-06-01Z",
        "",
        "٢٠٢٤-01-01",
    ],
)
def test_another_form_is_a_deviation(wire, verdict_of, utgitt):
    assert verdict_of("date_form", wire(200, book(utgitt))) == ["$.bok[].utgitt: no date"]


def test_no_date_is_not_judged(wire, verdict_of):
    assert verdict_of("date_form", wire(200, b'{"hylle": "7"}')) is None


def test_a_number_is_no_date(wire, verdict_of):
    body = b'{"hylle": "7", "bok": [{"tittel": "Sult", "pris": 1.0, "utgitt": 18900601}]}'

    assert verdict_of("date_form", wire(200, body)) == ["$.bok[].utgitt: no date"]
