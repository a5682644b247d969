"""The melding of an error is a text for people."""

import pytest


def test_a_sentence_passes(wire, verdict_of):
    assert verdict_of("error_melding_readable", wire(404, b'{"melding": "1 < 2 > 0, sier vi."}')) == []


@pytest.mark.parametrize(
    ("melding", "aspect"),
    [(b" ", "melding blank"), (b"", "melding blank"), (b"<h1>404</h1>", "melding with markup")],
)
def test_blanks_and_markup_are_deviations(wire, verdict_of, melding, aspect):
    assert verdict_of("error_melding_readable", wire(404, b'{"melding": "' + melding + b'"}')) == [aspect]


def test_markup_of_the_request_is_not_the_service_s(wire, verdict_of):
    answer = wire(404, b'{"melding": "Ukjent hylle <b>"}', path="/hyller/%3Cb%3E/boeker")

    assert verdict_of("error_melding_readable", answer) == []


def test_no_melding_is_not_judged(wire, verdict_of):
    assert verdict_of("error_melding_readable", wire(404, b'{"kode": "BOK-002"}')) is None
