"""An error body has kode, melding and korrelasjonsid as strings, in JSON or XML."""

import pytest

NS = b'xmlns="urn:no:skatteetaten:datasamarbeid:feil:v1"'


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"kode": "BOK-002", "melding": "Ukjent hylle", "korrelasjonsid": "k"}', "application/json"),
        (b'{"kode": "BOK-002", "melding": "Ukjent hylle", "spesifisering": []}', "application/json"),
        (b"<feil " + NS + b"><kode>BOK-002</kode><melding>Ukjent</melding></feil>", "application/xml"),
    ],
    ids=["JSON", "JSON with more", "XML"],
)
def test_the_documented_form_passes(wire, verdict_of, body, content_type):
    assert verdict_of("error_body_shape", wire(404, body, content_type)) == []


@pytest.mark.parametrize(
    ("body", "content_type", "aspects"),
    [
        (b"", "", ["no error body"]),
        (b"<html>404</html>", "text/html", ["no error body"]),
        (b'["BOK-002"]', "application/json", ["no error body"]),
        (b'{"melding": "x"}', "application/json", ["kode missing"]),
        (b'{"kode": "BOK-002"}', "application/json", ["melding missing"]),
        (b'{"kode": 2, "melding": "x"}', "application/json", ["kode no text"]),
        (b"<error><kode>B</kode><melding>x</melding></error>", "application/xml", ["no error body"]),
        (b"<feil " + NS + b"><kode>B</kode></feil>", "application/xml", ["melding missing"]),
    ],
)
def test_another_form_is_a_deviation(wire, verdict_of, body, content_type, aspects):
    assert verdict_of("error_body_shape", wire(404, body, content_type)) == aspects


def test_success_is_not_judged(wire, verdict_of):
    assert verdict_of("error_body_shape", wire(200, b"{}")) is None
