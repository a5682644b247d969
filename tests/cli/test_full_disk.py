"""A full disk ends a command with one line, and never with the exit code for deviations."""

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

FULL = Path("/dev/full")
LIMIT = 100_000  # bytes: more than the sandbox writes, less than a run does


def provestand(*arguments: str, **more: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "harness", *arguments]
    return subprocess.run(command, check=False, stderr=subprocess.PIPE, text=True, **more)


def small_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, LIMIT))


@pytest.mark.by_day(1)
@pytest.mark.skipif(not FULL.exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize("arguments", [["--help"], ["specs", "list"], ["sandbox", "--list-knobs"]])
def test_output_that_nobody_takes(arguments):
    with FULL.open("w") as full:
        done = provestand(*arguments, stdout=full)

    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "Error: the output cannot be written (No space left on device). Free some space, or write elsewhere."
    ]


@pytest.mark.by_day(1)
@pytest.mark.parametrize("workers", ["1", "2"])
def test_results_that_the_disk_does_not_take(tmp_path, workers):
    out = tmp_path / "out"
    arguments = ["run", "--api", "kravogbetalinger", "--workers", workers, "--out", str(out), "--", "-k", "test_http"]

    done = provestand(*arguments, stdout=subprocess.DEVNULL, preexec_fn=small_files)

    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith(
        "cannot be written (File too large). Free some space, or write elsewhere."
    )
    assert "Traceback" not in done.stderr
    for kept in out.glob("verdict.json"):  # it is written first, completely or not at all
        json.loads(kept.read_text())
