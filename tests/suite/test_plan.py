"""What a plan says about a run before anything is sent."""

import json
from pathlib import Path

import pytest

from harness.suite.plan import Planned, make_plan, plan_text

BASE = "https://api.example.test/v1"
PLAIN = "test_loans.py::test_a_shelf"
THOROUGH = "test_thorough.py::test_every_shelf"


@pytest.fixture
def rehearsal(tmp_path: Path) -> Path:
    """A rehearsal of two scenarios, the second of which is only for thorough runs."""
    sent = [(PLAIN, "GET"), (THOROUGH, "GET"), (THOROUGH, "GET"), (THOROUGH, "POST")]
    entries = [
        {"comment": scenario, "request": {"method": method, "url": f"{BASE}/hyller/A/boeker"}}
        for scenario, method in sent
    ]
    outcomes = [json.dumps({"scenario": scenario, "result": "passed"}) for scenario in (PLAIN, THOROUGH)]
    (tmp_path / ".parts").mkdir()
    (tmp_path / "exchanges.har").write_text(json.dumps({"log": {"entries": entries}}))
    (tmp_path / ".parts" / "outcomes.jsonl").write_text("\n".join(outcomes))
    return tmp_path


def test_a_plan_says_what_thorough_adds(rehearsal, contract):
    planned = [Planned(PLAIN, "boeker", "scenarios"), Planned(THOROUGH, "boeker", "thorough")]

    text = plan_text(make_plan(planned, rehearsal, {"boeker": contract}, workers=1))

    assert "2 scenarios; about 0 token requests; nothing was sent to the target." in text
    assert "--thorough adds 1 of these scenarios: 3 requests, 1 of them writes." in text


def test_a_plan_of_a_plain_run_says_nothing_of_it(rehearsal, contract):
    planned = [Planned(PLAIN, "boeker", "scenarios")]

    text = plan_text(make_plan(planned, rehearsal, {"boeker": contract}, workers=1))

    assert "thorough" not in text
