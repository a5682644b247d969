"""Arbitrary values in place of those in the model: the service is accused, and no scenario breaks."""

import json
from collections.abc import Callable

import pytest

from tests.e2e.conftest import run

NAMED = {"kravgrunnlagsidentifikator", "uuid", "regelverk", "tilstand", "eksternSaksreferanse", "filnavn", "beloep"}
ODD = {"a list": [], "an object": {"a": 1}, "a number": 10**30, "a text": "1e5", "a half": "\ud800", "nothing": None}


def with_values(odd: object) -> Callable[[str, int, bytes], bytes]:
    """Answers in which the values that scenarios look up and calculate with are replaced by this one."""

    def changed(value: object) -> object:
        if isinstance(value, dict):
            return {name: odd if name in NAMED else changed(child) for name, child in value.items()}
        return [changed(child) for child in value] if isinstance(value, list) else value

    def lie(_: str, status: int, body: bytes) -> bytes:
        return json.dumps(changed(json.loads(body))).encode() if status < 300 and body[:1] in b"[{" else body

    return lie


@pytest.mark.by_day(1)
@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_no_scenario_breaks_over_an_odd_value(lying, tmp_path, odd):
    asked = ("RULES-003", "RULES-006", "PAYMENT-004", "CASE-020", "CASE-016", "ATTACH-018", "INSIGHT-007")
    chosen = [word for each in asked for word in ("--requirement", f"ELAN-{each}")]

    finished = run(tmp_path / "out", "--target", str(lying(with_values(odd), of="utleggsbegjaering")), *chosen)

    assert finished.verdict["problems"] == []
    assert finished.verdict["deviations"] != []
