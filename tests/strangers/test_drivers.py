"""Strangers drive the client suite: other libraries and languages, each through the whole protocol."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from harness.clients.starters import starters
from tests.clients.conftest import run, verdict_in

DRIVERS = Path(__file__).parent / "drivers"
NEEDED = {"authlib": (), "jose": ("node", "npm"), "shell": ("curl", "openssl", "jq")}
PLAIN = "gets_in or refusal_is_understood or nothing_found or amounts_are_exact"


@pytest.fixture
def drive(tmp_path):
    """The command that drives a stranger; skips where it cannot be had."""

    def command(stranger: str) -> str:
        missing = [tool for tool in NEEDED[stranger] if shutil.which(tool) is None]
        if missing:
            pytest.skip(f"needs {' and '.join(missing)}")
        if stranger == "authlib":
            pytest.importorskip("authlib")
            pytest.importorskip("requests")
            return f"{sys.executable} {DRIVERS / 'authlib_client.py'}"
        if stranger == "shell":
            (tmp_path / "driver.sh").write_text(starters()["shell"])
            return f"bash {tmp_path / 'driver.sh'}"
        install = ["npm", "install", "--silent", "--no-audit", "--no-fund", "jose@5"]
        done = subprocess.run(install, cwd=tmp_path, capture_output=True, check=False, timeout=120)
        if done.returncode != 0:
            pytest.skip("npm does not give jose")
        shutil.copy(DRIVERS / "jose_client.mjs", tmp_path / "driver.mjs")
        return f"node {tmp_path / 'driver.mjs'}"

    return command


def test_a_stranger_gets_in_and_understands(tmp_path, drive):
    done = run("client", "--drive", drive("authlib"), "--out", "out", "--", "-k", PLAIN, cwd=tmp_path)

    found = verdict_in(tmp_path / "out")
    statuses = {entry["id"]: entry["status"] for entry in found["requirements"]}
    assert (done.returncode, found["deviations"]) == (0, []), json.dumps(found["deviations"])
    assert statuses["KOB-CLIENT-029"] == statuses["MASK-GRANT-007"] == "passed"


@pytest.mark.nightly
@pytest.mark.parametrize("stranger", [*NEEDED])
def test_a_stranger_goes_through_the_whole_protocol(tmp_path, drive, stranger):
    """All scenarios of Krav og betalinger and of the token issuer; nothing that must hold is broken."""
    done = run(
        "client", "--api", "kravogbetalinger", "--drive", drive(stranger), "--out", "out", cwd=tmp_path, timeout=900
    )

    found = verdict_in(tmp_path / "out")
    level = {entry["id"]: entry["level"] for entry in found["requirements"]}
    broken = {entry["requirement"]: entry["actual"] for entry in found["deviations"]}
    judged = sum(entry["status"] == "passed" for entry in found["requirements"])
    assert {key: actual for key, actual in broken.items() if level[key] == "must"} == {}
    assert (done.returncode, found["problems"]) == (0, [])
    assert judged > 35
