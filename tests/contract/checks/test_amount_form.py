"""An amount has at most two decimals and no exponent."""

import pytest


def book(pris: str) -> bytes:
    return f'{{"hylle": "7", "bok": [{{"tittel": "Sult", "pris": {pris}}}]}}'.encode()


@pytest.mark.parametrize("pris", ["1000", "1000.0", "-0.05", "99.90", '"100"'])
def test_kroner_and_oere_pass(wire, verdict_of, pris):
    assert verdict_of("amount_form", wire(200, book(pris))) in ([], None)


@pytest.mark.parametrize(
    ("pris", "aspect"),
    [
        ("0.125", "$.bok[].pris: decimals"),
        ("10.000", "$.bok[].pris: decimals"),
        ("0.1e-4", "$.bok[].pris: decimals"),
        ("1E+3", "$.bok[].pris: exponent"),
    ],
)
def test_another_form_is_a_deviation(wire, verdict_of, pris, aspect):
    assert verdict_of("amount_form", wire(200, book(pris))) == [aspect]


def test_a_text_is_not_judged(wire, verdict_of):
    assert verdict_of("amount_form", wire(200, book('"0.125"'))) is None
