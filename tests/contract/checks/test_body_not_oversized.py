"""A body stays below the bound."""


def test_a_small_body_passes(wire, verdict_of):
    assert verdict_of("body_not_oversized", wire(200, b" " * 10_000_000)) == []


def test_a_byte_more_is_a_deviation(wire, verdict_of):
    assert verdict_of("body_not_oversized", wire(200, b" " * 10_000_001)) == ["oversized body"]


def test_no_body_is_not_judged(wire, verdict_of):
    assert verdict_of("body_not_oversized", wire(200)) is None
