"""Conditions come with 422 or 409."""

import pytest

BODY = b'{"status": 422, "kontrollutslag": [{"kode": "BOK_1"}]}'


@pytest.mark.parametrize("status", [422, 409])
def test_the_documented_statuses_pass(wire, verdict_of, status):
    assert verdict_of("conditions_with_status", wire(status, BODY)) == []


@pytest.mark.parametrize("status", [200, 400, 500])
def test_any_other_status_is_told(wire, verdict_of, status):
    assert verdict_of("conditions_with_status", wire(status, BODY)) == [f"conditions with status {status}"]


def test_an_answer_without_conditions_is_not_judged(wire, verdict_of):
    assert verdict_of("conditions_with_status", wire(400, b'{"status": 400}')) is None
