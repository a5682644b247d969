"""Another API is three folders with one name: every command knows it, and no other file is changed.

The folders of `biblioteket/` are copied into a copy of the project; docs/writing/api.md is the tutorial for them.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.once import AS_COMPILED

API = "biblioteket"
HERE = Path(__file__).parent / API
PLACES = {"specs": "specs", "scenarios": "scenarios", "sandbox": "harness/sandbox"}

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def command(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Command:
    """Runs a command of a project that has the API, in the copy's folder."""
    copy = tmp_path_factory.mktemp("project")
    for name in ("harness", "scenarios", "specs", "reports/allure", "reports/templates"):
        shutil.copytree(repository / name, copy / name, ignore=AS_COMPILED)
    shutil.copy(repository / "pyproject.toml", copy)
    for name, place in PLACES.items():
        shutil.copytree(HERE / name, copy / place / API)

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        environment = os.environ | {"PYTHONPATH": str(copy)}
        words = [sys.executable, "-m", "harness", *arguments]
        return subprocess.run(
            words, cwd=copy, env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
        )

    pinned = run("specs", "pin", API, "v1")
    assert pinned.returncode == 0, pinned.stderr
    return run


def test_its_promises_codes_and_faults_are_listed(command):
    listed = {kind: command("list", kind, "--api", API).stdout.split() for kind in ("requirements", "codes", "faults")}

    assert "BIB-LOAN-001" in listed["requirements"]
    assert "BIB-001" in listed["codes"]
    assert f"{API}/oldest-loan-first" in listed["faults"]


def test_a_run_judges_all_of_it_and_sums_it_up(command, tmp_path):
    done = command("run", "--api", API, "--out", str(tmp_path / "out"))

    verdict = json.loads((tmp_path / "out" / "verdict.json").read_text(encoding="utf-8"))
    assert (done.returncode, verdict["verdict"]) == (0, "conformant"), done.stdout[-2000:]
    assert {entry["id"]: entry["status"] for entry in verdict["requirements"]} == {
        "BIB-LOAN-001": "passed",
        "BIB-LOAN-002": "passed",
        "BIB-CODE-001": "passed",
        "BIB-MODEL-001": "passed",
        "BIB-ROBUST-001": "passed",
    }
    made = command("report", str(tmp_path / "out"), "--summary", "nb", "--ctrf")
    assert made.returncode == 0, made.stderr
    assert "Biblioteket" in (tmp_path / "out" / "summary.nb.md").read_text(encoding="utf-8")


def test_a_target_of_it_is_written(command, tmp_path):
    done = command(
        "init", str(tmp_path), "--api", API, "--client-id", "x", "--key", "env:K", "--kid", "k",
        "--consumer", "312345676", "--organisation", "313367002", "--access", "alle",
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert f"apis.{API}" in (tmp_path / "provestand.toml").read_text(encoding="utf-8")


def test_drift_of_its_document_is_found(command, tmp_path):
    old = (HERE / "specs" / "v1" / "openapi.yaml").read_text(encoding="utf-8")
    (tmp_path / "old.yaml").write_text(old, encoding="utf-8")
    (tmp_path / "new.yaml").write_text(old.replace("antall: {type: integer}", "antall: {type: string}"), "utf-8")

    done = command("drift", str(tmp_path / "old.yaml"), str(tmp_path / "new.yaml"), "--format", "json")

    report = json.loads(done.stdout)
    assert (done.returncode, report["summary"]["worst"]) == (1, "breaking")
    touched = {operation for finding in report["findings"] for operation in finding["operations"]}
    assert touched == {"GET /{organisasjon}/laan"}


@pytest.mark.nightly
def test_the_doctor_walks_to_it(command):
    report = json.loads(command("doctor", "--format", "json").stdout)

    assert report["healthy"]
    assert any(API in step["step"] + step["detail"] for step in report["steps"])


@pytest.mark.nightly
def test_every_fault_of_it_is_caught(command, tmp_path):
    done = command("selftest", "--api", API, "--seeds", "1", "--mutants", "0", "--workers", "2", "--out", str(tmp_path))

    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    score = json.loads((tmp_path / "selftest.json").read_text(encoding="utf-8"))["score"]
    assert (score["faults"], score["by_right_requirement"], score["false_alarms"]) == (5, 5, 0)
