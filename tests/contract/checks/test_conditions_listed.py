"""A 422 lists at least one condition, each with its three strings."""

import pytest

WHOLE = b'{"kode": "BOK_1", "melding": "m", "beskrivelse": "b"}'


def listing(*entries: bytes) -> bytes:
    return b'{"status": 422, "kontrollutslag": [' + b", ".join(entries) + b"]}"


def test_conditions_with_three_texts_pass(wire, verdict_of):
    assert verdict_of("conditions_listed", wire(422, listing(WHOLE, WHOLE))) == []


@pytest.mark.parametrize(
    ("body", "aspects"),
    [
        (b'{"status": 422}', ["no kontrollutslag"]),
        (listing(), ["no kontrollutslag"]),
        (b'{"status": 422, "kontrollutslag": "BOK_1"}', ["no kontrollutslag"]),
        (b"[]", ["no kontrollutslag"]),
        (listing(WHOLE, b'{"kode": "BOK_1", "melding": "m"}'), ["beskrivelse missing"]),
        (listing(b"{}"), ["kode missing", "melding missing", "beskrivelse missing"]),
        (listing(b'{"kode": 7, "melding": null, "beskrivelse": "b"}'), ["kode no text", "melding no text"]),
    ],
)
def test_each_way_to_fall_short_is_told(wire, verdict_of, body, aspects):
    assert verdict_of("conditions_listed", wire(422, body)) == aspects


def test_other_answers_are_not_judged(wire, verdict_of):
    assert verdict_of("conditions_listed", wire(400, b"{}")) is None
    assert verdict_of("conditions_listed", wire(422, b"nei", "text/plain")) is None
