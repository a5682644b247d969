"""Data that changes while a run looks at it accuses nobody; answers that contradict each other for good do."""

import datetime
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from harness.targets.embedded import running_sandbox
from tests.e2e.conftest import Finished, run

NORWAY = ZoneInfo("Europe/Oslo")
RELATION = (
    *("--api", "kravogbetalinger", "--requirement", "KOB-ACROSS-001"),
    *("--suite", "scenarios", "--fail-on", "should"),
)
CLAIMS = "aapentKravMedGjenstaaendeBeloep"

AT_A_TIME = """
import sys, time_machine
time_machine.travel(sys.argv.pop(1), tick=True).start()
from harness.cli import main
main()
"""


def without_last(body: bytes, member: str) -> bytes:
    content = json.loads(body)
    content[member] = content.get(member, [])[:-1]
    return json.dumps(content).encode()


def a_claim_comes(after: Callable[[str], bool]) -> Callable[[str, int, bytes], bytes]:
    """An organisation's last open claim arrives with a call for which `after` holds, after open claims were read."""
    read: set[str] = set()
    arrived: set[str] = set()

    def lie(path: str, status: int, body: bytes) -> bytes:
        organisation = path.split("/")[-2]
        if after(path) and organisation in read:
            arrived.add(organisation)
        if not path.endswith("/aapnekrav") or status != 200:
            return body
        read.add(organisation)
        return body if organisation in arrived else without_last(body, CLAIMS)

    return lie


def across(finished: Finished) -> list[dict]:
    """The deviations from the relation; an answer that lacks a claim also has wrong sums, whatever changes."""
    return [entry for entry in finished.verdict["deviations"] if entry["requirement"] == "KOB-ACROSS-001"]


def changes(finished: Finished) -> set[str]:
    found = finished.verdict["observations"]
    return {entry["requirement"] for entry in found if entry["answer"].startswith("changed while we looked: ")}


def test_a_claim_that_came_between_two_calls_is_a_change_and_no_deviation(lying, tmp_path):
    target = lying(a_claim_comes(lambda path: "/krav?" in path))

    finished = run(tmp_path / "out", "--target", str(target), *RELATION)

    assert across(finished) == []
    assert changes(finished) == {"KOB-ACROSS-001"}
    told = {entry["id"]: entry["status"] for entry in finished.verdict["requirements"]}
    assert told["KOB-ACROSS-001"] == "passed"


def test_a_claim_that_never_comes_is_a_deviation(lying, tmp_path):
    target = lying(a_claim_comes(lambda path: False))

    finished = run(tmp_path / "out", "--target", str(target), *RELATION)

    assert finished.code == 1
    assert across(finished)
    assert changes(finished) == set()


def test_what_one_answer_says_alone_is_not_asked_again(lying, tmp_path):
    """An answer that contradicts itself is wrong, whatever has changed since."""
    spoilt: set[str] = set()

    def lie(path: str, status: int, body: bytes) -> bytes:
        if not path.endswith("/aapnekrav") or status != 200 or path in spoilt:
            return body
        spoilt.add(path)
        content = json.loads(body)
        for claim in content[CLAIMS]:
            claim["gjenstaaendeBeloep"] = 0.0
        return json.dumps(content).encode()

    target = lying(lie)

    only = ("--api", "kravogbetalinger", "--requirement", "KOB-MODEL-006", "--suite", "scenarios")
    finished = run(tmp_path / "out", "--target", str(target), *only)

    assert "KOB-MODEL-006" in finished.failed


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("moment", "api"),
    [
        ("2026-12-31T23:59:57+01:00", "kravogbetalinger"),
        ("2026-12-31T23:59:57+01:00", "utleggsbegjaering"),
        ("2028-02-28T23:59:57+01:00", "kravogbetalinger"),
    ],
    ids=["year end, reading", "year end, filing", "the day before a leap day, reading"],
)
def test_midnight_in_norway_raises_no_alarm(tmp_path, moment, api):
    """The clocks of run and sandbox start at three seconds before midnight."""
    out = tmp_path / "out"
    with running_sandbox("--now", moment) as sandbox:
        chosen = ("--target", str(sandbox.target_file), "--api", api, "--suite", "scenarios", "--out", str(out))
        # pytest cannot rewrite the assertions of a plugin that was loaded earlier; it has none.
        quiet = ("--", "-W", "ignore::pytest.PytestAssertRewriteWarning")
        done = subprocess.run(
            [sys.executable, "-c", AT_A_TIME, moment, "run", *chosen, *quiet],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
            timeout=300,
            check=False,
        )
    verdict = json.loads((out / "verdict.json").read_text())

    days = {datetime.datetime.fromisoformat(verdict[end]).astimezone(NORWAY).date() for end in ("started", "finished")}
    assert len(days) == 2, "the run was over before midnight"
    assert verdict["deviations"] == []
    assert done.returncode == 0, done.stdout + done.stderr
