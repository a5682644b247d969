"""Bodies that no client sends on purpose: they are refused in a documented form, and nothing is stored."""

import json

import pytest

from harness.suite.markers import requirement

MANY = 30_000_000


def padded(elan):
    """A begjæring of 30 MB."""
    return json.dumps(elan.simple() | {"spesiellUtleggsgjenstand": ["x" * 3_999] * (MANY // 4_000)}).encode()


def nested(elan):
    return b'{"a":' * 100_000 + b"1" + b"}" * 100_000


def listed(elan):
    return b"[" * 100_000 + b"]" * 100_000


def in_latin_1(elan):
    return json.dumps(elan.simple() | {"underskrift": "Åse Ødegård"}, ensure_ascii=False).encode("latin-1")


def in_utf_16(elan):
    return json.dumps(elan.simple()).encode("utf-16")


def huge_number(elan):
    return json.dumps(elan.simple()).replace("10000.0", "1e999999").encode()


def not_a_number(elan):
    return json.dumps(elan.simple()).replace("10000.0", "NaN").encode()


def lone_surrogate(elan):
    return json.dumps(elan.simple() | {"underskrift": "\ud800"}).encode()


def null_character(elan):
    return b"\x00" * 64


BODIES = [nested, listed, in_latin_1, in_utf_16, not_a_number, null_character]
OF_NO_OBJECT = {
    "null": b"null",
    "a list": b"[]",
    "a text": b'"begjaering"',
    "a number": b"17",
    "an empty object": b"{}",
}


@requirement("ELAN-ROBUST-007")
@pytest.mark.parametrize("body", BODIES, ids=lambda body: body.__name__)
def test_a_body_that_cannot_be_read_is_refused(elan, body):
    for send in (elan.validate, elan.submit):
        send(body(elan)).expect_refusal(400, 413, 415)


@requirement("ELAN-ROBUST-007")
def test_a_body_of_30_mb_leads_to_no_server_error(elan):
    elan.validate(padded(elan)).expect_refusal(400, 413, 422)


@requirement("ELAN-ROBUST-007")
@pytest.mark.parametrize("body", [huge_number, lone_surrogate], ids=lambda body: body.__name__)
def test_an_odd_value_leads_to_no_server_error(elan, body):
    answer = elan.validate(body(elan))

    assert answer.status < 500


@requirement("ELAN-ROBUST-007")
@pytest.mark.parametrize("octets", [pytest.param(value, id=name) for name, value in OF_NO_OBJECT.items()])
def test_json_that_is_no_begjaering_is_refused(elan, octets):
    for send in (elan.validate, elan.submit):
        send(octets).expect_refusal(400, 422)


@requirement("ELAN-ROBUST-007")
@pytest.mark.parametrize("encoding", ["gzip", "br"])
def test_a_content_encoding_that_is_a_lie_is_refused(elan, encoding):
    answer = elan.validate(b"not compressed", headers={"Content-Encoding": encoding})

    answer.expect_refusal(400, 415)


@requirement("ELAN-ROBUST-007")
def test_what_cannot_be_read_is_not_stored(elan):
    _, token = elan.alone()

    for body in (nested, in_latin_1, null_character):
        elan.submit(body(elan), token=token).expect_refusal(400, 413, 415)

    assert elan.recent_cases(token=token) == set()
