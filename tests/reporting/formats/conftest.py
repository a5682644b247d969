"""A run in which a requirement is broken twice, another is waived, and an answer drifts."""

import datetime

import pytest

from harness.verdict.conclusion import conclude
from harness.verdict.outcome import Finding, Outcome
from harness.verdict.shard import Circumstances
from harness.verdict.waivers import Waiver

THEN = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
DRIFT = {
    "id": "d1",
    "severity": "warning",
    "rule": "enum-value",
    "operation": "boeker",
    "location": "$.x",
    "message": "new",
}


@pytest.fixture
def verdict(contract):
    findings = [
        Finding("KODE-1", "c", "a", "x: 50%", "line one\nline | two", "boeker", korrelasjonsid="5f0c9e"),
        Finding("KODE-1", "c", "b", "x", "y"),
        Finding("charset_utf8", "c", "a", "utf-8", "latin-1", "boeker"),
    ]
    waivers = (
        Waiver(name="w1", reason="known", owner="Ola", expires=THEN.date(), requirement="charset_utf8", operation="*"),
        Waiver(name="w2", reason="old", owner="Kari", expires=datetime.date(2025, 1, 1), fingerprint="0" * 16),
    )
    outcome = Outcome("s1", "boeker", ("KODE-1",), "deviations", findings=findings)
    found = conclude([outcome], [contract], Circumstances("prøve", 7, THEN, THEN, "provestand run", (), waivers))
    return found.model_copy(update={"observed_drift": [DRIFT]})
