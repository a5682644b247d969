"""When a run cannot end normally: results are kept, nothing is left behind, and the exit code is 3."""

import json
import os
import re
import signal
import time
from pathlib import Path

import pytest

from tests import prepared
from tests.gate import VARIABLE, Gate
from tests.processes import has_ended


@pytest.fixture
def running(tmp_path: Path):
    """A run that has judged some scenarios and is still running, with the process id of its sandbox."""
    out = tmp_path / "out"
    gate = Gate(tmp_path)
    gate.close("/begjaering")  # no begjæring is answered, and the scenarios of the last API do not end
    environment = os.environ | {VARIABLE: str(gate.file)}
    with (tmp_path / "stdout").open("wb") as stdout, (tmp_path / "stderr").open("wb") as stderr:
        streams = {"stdout": stdout, "stderr": stderr}
        process = prepared.start("run", "--suite", "scenarios", "--out", out, cwd=tmp_path, env=environment, **streams)
        outcomes = out / ".parts" / "outcomes.jsonl"
        while process.poll() is None and not (outcomes.exists() and outcomes.read_text().count("\n") > 5):
            time.sleep(0.05)  # until a condition holds; held-back calls do not end meanwhile
        assert process.poll() is None, (tmp_path / "stderr").read_text()
        yield process, out, child_of(process.pid)
        if process.poll() is None:
            process.kill()
            process.wait()


def child_of(parent: int) -> int:
    """The sandbox that a run started."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == parent:
            return int(stat.parent.name)
    raise AssertionError("the run has no child")


@pytest.mark.by_day(1)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_keeps_what_it_found(running, number, tmp_path):
    process, out, sandbox = running

    process.send_signal(number)

    assert process.wait(timeout=300) == 3
    verdict = json.loads((out / "verdict.json").read_text())
    stdout, stderr = (tmp_path / "stdout").read_text(), (tmp_path / "stderr").read_text()
    assert verdict["verdict"] == "inconclusive"
    assert verdict["counts"]["scenarios"] > 5
    assert re.match("the run ended early: ", verdict["problems"][0])
    reasons = {entry["reason"] for entry in verdict["requirements"] if entry["status"] == "not_run"}
    under_way = {reason for reason in reasons if reason.endswith(": the run was interrupted.")}
    assert reasons - under_way <= {"the run ended before reaching it", "nothing of the kind came up in this run"}
    assert "the run ended before reaching it" in reasons
    assert "not judged the run ended early" in stdout
    assert "Traceback" not in stdout + stderr
    assert len(json.loads((out / "exchanges.har").read_text())["log"]["entries"]) > 5
    assert has_ended(sandbox)


def test_a_sandbox_that_dies_makes_the_run_inconclusive(running, tmp_path):
    process, out, sandbox = running

    os.kill(sandbox, signal.SIGKILL)

    assert process.wait(timeout=300) == 3
    verdict = json.loads((out / "verdict.json").read_text())
    stdout, stderr = (tmp_path / "stdout").read_text(), (tmp_path / "stderr").read_text()
    assert verdict["verdict"] == "inconclusive"
    assert verdict["deviations"] == []
    assert any("the built-in sandbox ended by itself" in problem for problem in verdict["problems"])
    assert "Traceback" not in stdout + stderr


def test_a_killed_run_leaves_its_findings_and_no_sandbox(running):
    process, out, sandbox = running

    process.kill()
    process.wait()

    assert has_ended(sandbox)
    outcomes = [json.loads(line) for line in (out / ".parts" / "outcomes.jsonl").read_text().splitlines()]
    assert {outcome["result"] for outcome in outcomes} <= {"passed", "not_run", "not_testable"}
    assert len(outcomes) > 5


def test_a_target_that_is_not_there_cannot_be_judged(sandbox_file, tmp_path):
    dead = tmp_path / "dead.toml"
    dead.write_text(re.sub(r":\d+/", ":1/", sandbox_file.read_text()))

    chosen = ("--target", dead, "--requirement", "KOB-AUTH-001", "--out", "out")
    done = prepared.run("run", *chosen, cwd=tmp_path)

    verdict = json.loads((tmp_path / "out" / "verdict.json").read_text())
    assert done.returncode == 3
    assert verdict["verdict"] == "inconclusive"
    assert verdict["deviations"] == []
    assert "the connection was refused" in verdict["problems"][0]
    assert "Traceback" not in done.stdout + done.stderr
