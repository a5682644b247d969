"""An error body carries a korrelasjonsid."""


def test_present_passes(wire, verdict_of):
    assert verdict_of("korrelasjonsid_present", wire(404, b'{"korrelasjonsid": "k"}')) == []


def test_absent_or_empty_is_a_deviation(wire, verdict_of):
    assert verdict_of("korrelasjonsid_present", wire(404, b'{"kode": "BOK-002"}')) == ["korrelasjonsid missing"]
    assert verdict_of("korrelasjonsid_present", wire(404, b'{"korrelasjonsid": ""}')) == ["korrelasjonsid missing"]


def test_an_answer_without_an_error_body_is_not_judged(wire, verdict_of):
    assert verdict_of("korrelasjonsid_present", wire(404, b"gone", "text/plain")) is None
