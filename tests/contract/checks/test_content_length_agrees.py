"""Content-Length is the length of the body."""

import pytest


def test_the_length_passes(wire, verdict_of):
    assert verdict_of("content_length_agrees", wire(200, b"{}", headers={"Content-Length": "2"})) == []


@pytest.mark.parametrize(
    ("said", "aspect"), [("3", "Content-Length"), ("1", "Content-Length"), ("two", "Content-Length no number")]
)
def test_another_length_is_a_deviation(wire, verdict_of, said, aspect):
    assert verdict_of("content_length_agrees", wire(200, b"{}", headers={"Content-Length": said})) == [aspect]


def test_a_body_without_a_length_is_not_judged(wire, verdict_of):
    assert verdict_of("content_length_agrees", wire(200, b"{}")) is None


def test_a_coded_body_and_head_are_not_judged(wire, verdict_of):
    coded = wire(200, b"{}", headers={"Content-Length": "9", "Content-Encoding": "gzip"})

    assert verdict_of("content_length_agrees", coded) is None
    assert verdict_of("content_length_agrees", wire(200, method="HEAD", headers={"Content-Length": "9"})) is None
