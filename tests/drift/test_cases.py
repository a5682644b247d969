"""The pairs that public diff tools test themselves with (skipped if they are absent): we keep what we have reached.

There is one label that we do not follow, oasdiff-127 (breaking): an anyOf loses a branch whose schema equals those that
remain, so the same payloads are accepted, and equal meaning is no finding.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from harness.drift.comparison.pipeline import compare
from harness.drift.documents.loading import load
from harness.drift.policy import load_policy
from harness.drift.report import report_of

HARMLESS = {"compatible", "none"}


@pytest.fixture(scope="module")
def answers(repository: Path) -> list[tuple[dict[str, Any], str]]:
    """Each undisputed pair with the most serious finding under `strict`."""
    folder = repository.parent / "shared" / "data" / "drift-cases"
    if not folder.is_dir():
        pytest.skip("the pairs are not part of the project")
    cases = [json.loads(line) for line in (folder / "cases.jsonl").read_text(encoding="utf-8").splitlines()]
    strict = load_policy("strict")
    return [
        (case, report_of(compare(load(folder / case["old"]), load(folder / case["new"])), strict).worst)
        for case in cases
        if case["core"]
    ]


def test_breaking_pairs_are_found(answers):
    breaking = [said for case, said in answers if case["expected"] == "breaking"]

    assert breaking.count("breaking") >= 0.97 * len(breaking)


def test_harmless_pairs_raise_no_alarm(answers):
    harmless = [said for case, said in answers if case["expected"] in HARMLESS]

    assert harmless.count("breaking") <= 0.02 * len(harmless)
