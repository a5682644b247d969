"""A body is what its Content-Type says."""

import pytest


@pytest.mark.parametrize(
    ("body", "content_type"), [(b'{"a": [1.0]}', "application/json"), (b"<a><b/></a>", "application/xml")]
)
def test_a_well_formed_body_passes(wire, verdict_of, body, content_type):
    assert verdict_of("body_well_formed", wire(200, body, content_type)) == []


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"a": [1.0', "application/json"),
        (b'{"a": 1, "a": 2}', "application/json"),
        (b'{"a": NaN}', "application/json"),
        (b'{"a": "\xff"}', "application/json"),
        (b"<a><b></a>", "application/xml"),
    ],
    ids=["cut short", "a key twice", "NaN", "no UTF-8", "XML crossed"],
)
def test_a_malformed_body_is_a_deviation(wire, verdict_of, body, content_type):
    assert verdict_of("body_well_formed", wire(200, body, content_type)) == ["malformed body"]


def test_html_is_not_judged(wire, verdict_of):
    assert verdict_of("body_well_formed", wire(502, b"<html>", "text/html")) is None
