"""A success carries data: no error body, and not nothing."""

import pytest


def test_data_passes(wire, verdict_of):
    assert verdict_of("success_is_no_error", wire(200, b'{"hylle": "7", "kode": "A"}')) == []


@pytest.mark.parametrize(
    ("body", "content_type", "aspects"),
    [
        (b'{"kode": "BOK-002", "melding": "x"}', "application/json", ["error body with a success status"]),
        (b"<feil><kode>B</kode><melding>x</melding></feil>", "application/xml", ["error body with a success status"]),
        (b"", "application/json", ["no body with a success status"]),
    ],
)
def test_an_error_body_or_nothing_is_a_deviation(wire, verdict_of, body, content_type, aspects):
    assert verdict_of("success_is_no_error", wire(200, body, content_type)) == aspects


def test_an_error_status_is_not_judged(wire, verdict_of):
    assert verdict_of("success_is_no_error", wire(404, b'{"kode": "BOK-002", "melding": "x"}')) is None


def test_an_unknown_path_is_not_judged(wire, verdict_of):
    assert verdict_of("success_is_no_error", wire(200, b"", path="/hyller/7/filmer")) is None
