"""Answers as they are passed to schemathesis."""

import pytest

from harness.suite.opinion import response_of


@pytest.mark.parametrize("value", ['199 - "S\xf8knad"', "", "a\tb", "\u20ac"])
def test_a_header_may_hold_more_than_ascii(wire, value):
    response = response_of(wire(200, b"{}", headers={"Warning": value}))

    assert response.headers["warning"] == [value.replace("\u20ac", "?")]
    assert response.headers["content-type"] == ["application/json"]
