"""A kode is in the catalogue."""


def test_a_known_code_passes(wire, verdict_of):
    assert verdict_of("error_code_known", wire(404, b'{"kode": "BOK-002"}')) == []


def test_an_unknown_code_is_a_deviation(wire, verdict_of):
    assert verdict_of("error_code_known", wire(404, b'{"kode": "BOK-099"}')) == ["unknown kode BOK-099"]


def test_without_a_code_there_is_nothing_to_know(wire, verdict_of):
    assert verdict_of("error_code_known", wire(404, b'{"kode": ""}')) is None
