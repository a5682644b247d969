"""`provestand selftest` as a user calls it: the suite in its own processes, against sandboxes in theirs."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.gate import VARIABLE, Gate
from tests.processes import descendants, has_ended


def selftest(folder: Path, *arguments: str) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
    command = [sys.executable, "-m", "harness", "selftest", "--workers", "2", "--out", str(folder), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    path = folder / "selftest.json"
    return done, json.loads(path.read_text()) if path.exists() else {}


@pytest.mark.nightly
def test_a_fault_is_caught_by_its_requirement_and_a_variation_is_not_accused(tmp_path: Path):
    names = ["period-turned", "unknown-package-is-403"]

    done, found = selftest(tmp_path, *(part for name in names for part in ("--fault", name)))

    assert done.returncode == 0, done.stderr
    assert re.findall(r"^\[(\d) of 2(, about \d+ s left)?\] ", done.stderr, re.MULTILINE)[1:] == [("2", "")]
    assert re.search(r"^\[1 of 2, about \d+ s left\] ", done.stderr, re.MULTILINE)
    assert [(row["name"], row["requirement"], row["by_right_requirement"]) for row in found["faults"]] == [
        ("period-turned", "KOB-MODEL-004", True)
    ]
    assert [(row["name"], row["deviations"]) for row in found["benign"]] == [("unknown-package-is-403", 0)]
    assert "1 of 1 fault caught, 1 by the right requirement (100 %); 0 false alarms" in " ".join(done.stdout.split())
    page = (tmp_path / "selftest.html").read_text()
    assert "period-turned" in page
    assert "src=" not in page
    assert {link[:1] for link in re.findall('href="([^"]*)"', page)} <= {"#"}


@pytest.mark.nightly
def test_what_is_left_out_takes_nothing_from_what_is_found(tmp_path: Path):
    """The same faults with every scenario run to its end: the same requirements find them, and others too."""
    names = ["consent-to-another-action-accepted", "scopes-parted-by-commas", "leap-day-refused"]
    asked = [part for name in names for part in ("--fault", name)]

    _, aimed = selftest(tmp_path / "aimed", *asked)
    _, whole = selftest(tmp_path / "whole", "--whole", *asked)

    assert [row["name"] for row in aimed["faults"] if row["by_right_requirement"]] == names
    for found, of_all in zip(aimed["faults"], whole["faults"], strict=True):
        assert of_all["by_right_requirement"]
        assert set(found["by"]) <= set(of_all["by"])
        assert found["requests"] < of_all["requests"]


@pytest.fixture
def decided(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A self-test that has found one fault, and gets no answer under the other as long as it runs."""
    gate = Gate(tmp_path)
    gate.close("known-token-never-expires")
    environment = os.environ | {VARIABLE: str(gate.file)}
    command = [sys.executable, "-m", "harness", "selftest", "--workers", "2", "--out", str(tmp_path)]
    command += ["--fault", "period-turned", "--fault", "known-token-never-expires"]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=environment
    ) as process:
        assert process.stderr is not None
        next(line for line in process.stderr if "period-turned: caught" in line)
        yield process
        process.kill()


@pytest.mark.by_day(1)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_self_test_that_is_ended_keeps_what_it_found(
    tmp_path: Path, decided: subprocess.Popen[str], number: signal.Signals
):
    started = descendants(decided.pid)

    decided.send_signal(number)

    assert decided.wait(timeout=300) == 3
    found = json.loads((tmp_path / "selftest.json").read_text())
    assert [row["name"] for row in found["faults"]] == ["period-turned"]
    assert found["missing"] == ["kravogbetalinger/known-token-never-expires"]
    assert [process for process in started if not has_ended(process)] == []


@pytest.mark.nightly
def test_a_self_test_that_is_killed_leaves_nothing_behind(decided: subprocess.Popen[str]):
    started = descendants(decided.pid)

    decided.kill()

    assert len(started) >= 4  # two workers and a sandbox each
    assert [process for process in started if not has_ended(process)] == []


def test_an_unknown_fault_is_told_with_the_nearest(tmp_path: Path):
    done, _ = selftest(tmp_path, "--fault", "periode-turned")

    assert done.returncode == 2
    assert "there is no fault 'periode-turned'. Did you mean period-turned" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_api_is_told(tmp_path: Path):
    done, _ = selftest(tmp_path, "--api", "skatteattest")

    assert done.returncode == 2
    assert "--api skatteattest: there is no such API. There are kravogbetalinger" in done.stderr


@pytest.mark.nightly
def test_a_run_against_a_sandbox_elsewhere_names_what_is_broken_there(tmp_path: Path, start: Any):
    """Three faults together, in a sandbox that the run did not start: the three requirements are named."""
    faults = ["scopes-parted-by-commas", "leap-day-refused", "allow-missing"]
    broken = {"KOB-AUTH-012", "KOB-INPUT-013", "KOB-HTTP-003"}
    target = start(*(part for fault in faults for part in ("--fault", fault)))
    command = [sys.executable, "-m", "harness", "run", "--target", str(target), "--api", "kravogbetalinger"]

    done = subprocess.run(
        [*command, "--suite", "scenarios", "--out", str(tmp_path / "out")], capture_output=True, check=False
    )

    verdict = json.loads((tmp_path / "out" / "verdict.json").read_text())
    assert done.returncode == 1
    assert {row["requirement"] for row in verdict["deviations"]} >= broken
    assert {row["id"] for row in verdict["requirements"] if row["status"] == "failed"} == broken
