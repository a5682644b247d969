"""A korrelasjonsid of the service's own is a UUID."""

import pytest


def error(korrelasjonsid: str) -> bytes:
    return b'{"kode": "BOK-002", "korrelasjonsid": "' + korrelasjonsid.encode() + b'"}'


def test_a_uuid_passes(wire, verdict_of):
    assert verdict_of("korrelasjonsid_form", wire(404, error("0f7b8c9d-1e2f-4a3b-8c4d-5e6f7a8b9c0d"))) == []


@pytest.mark.parametrize("malformed", ["7", "0f7b8c9d1e2f4a3b8c4d5e6f7a8b9c0d", "not-a-uuid"])
def test_another_form_is_a_deviation(wire, verdict_of, malformed):
    assert verdict_of("korrelasjonsid_form", wire(404, error(malformed))) == ["korrelasjonsid no UUID"]


def test_what_the_client_sent_is_not_judged(wire, verdict_of):
    assert verdict_of("korrelasjonsid_form", wire(404, error("7"), sent={"Korrelasjonsid": "7"})) is None


def test_success_is_not_judged(wire, verdict_of):
    assert verdict_of("korrelasjonsid_form", wire(200, error("7"))) is None
