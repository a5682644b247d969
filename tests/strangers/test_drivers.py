"""Foreign clients drive the client suite: other libraries and languages, each through the whole protocol."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.clients.conftest import run, verdict_in

DRIVERS = Path(__file__).parent / "drivers"
NEEDED = {"authlib": (), "jose": ("node", "npm"), "curl": ("bash", "curl", "openssl", "jq")}
PLAIN = "gets_in or refusal_is_understood or nothing_found or amounts_are_exact or change_holds_everything"
ELAN = "/api/utleggsbegjaering/v2"
STEPS = {
    *(f"GET /kravogbetalinger/v1/*/*/{name}" for name in ("aapnekrav", "krav", "innbetalinger", "utbetalinger")),
    *(f"POST {ELAN}{path}" for path in ("", "/vedlegg", "/betjeningskartet")),
    *(f"GET {ELAN}{path}" for path in ("/vedlegg/*", "/status/*")),
    f"PUT {ELAN}/*",
    "GET /maskinporten/.well-known/oauth-authorization-server",
    "POST /maskinporten/token",
}
"""Everything that a driver can be asked to do, and what that requires."""


@pytest.fixture
def drive(tmp_path):
    """The command that drives a foreign client; skips if it is not available."""

    def command(stranger: str) -> str:
        missing = [tool for tool in NEEDED[stranger] if shutil.which(tool) is None]
        if missing:
            pytest.skip(f"needs {' and '.join(missing)}")
        if stranger == "authlib":
            pytest.importorskip("authlib")
            pytest.importorskip("requests")
            return f"{sys.executable} {DRIVERS / 'authlib_client.py'}"
        if stranger == "curl":
            return f"bash {DRIVERS / 'curl_client.sh'}"
        install = ["npm", "install", "--silent", "--no-audit", "--no-fund", "jose@5"]
        done = subprocess.run(install, cwd=tmp_path, capture_output=True, check=False, timeout=120)
        if done.returncode != 0:
            pytest.skip("npm does not give jose")
        shutil.copy(DRIVERS / "jose_client.mjs", tmp_path / "driver.mjs")
        return f"node {tmp_path / 'driver.mjs'}"

    return command


def test_a_stranger_gets_in_understands_and_files(tmp_path, drive):
    done = run("client", "--drive", drive("authlib"), "--out", "out", "--", "-k", PLAIN, cwd=tmp_path)

    found = verdict_in(tmp_path / "out")
    statuses = {entry["id"]: entry["status"] for entry in found["requirements"]}
    assert (done.returncode, found["deviations"]) == (0, []), json.dumps(found["deviations"])
    own = ("KOB-CLIENT-029", "MASK-GRANT-007", "ELAN-CLIENT-006", "ELAN-CLIENT-020")
    assert {key: statuses[key] for key in own} == dict.fromkeys(own, "passed")


@pytest.mark.nightly
@pytest.mark.parametrize("stranger", [*NEEDED])
def test_a_stranger_goes_through_the_whole_protocol(tmp_path, drive, stranger):
    """Every scenario of both APIs and of the token issuer: no promise of any level is broken.

    Each promise is shown to hold, except the refusal in XML, which none of the clients asks for.
    """
    done = run("client", "--drive", drive(stranger), "--out", "out", cwd=tmp_path, timeout=1500)

    found = verdict_in(tmp_path / "out")
    assert (done.returncode, found["verdict"], found["deviations"]) == (0, "conformant", []), done.stderr
    assert [entry["id"] for entry in found["requirements"] if entry["status"] != "passed"] == ["KOB-CLIENT-010"]
    assert steps_in(tmp_path / "out") >= STEPS


def steps_in(folder):
    """The operations that succeeded, whatever they were about."""
    entries = json.loads((folder / "exchanges.har").read_text())["log"]["entries"]
    good = [entry["request"] for entry in entries if 200 <= entry["response"]["status"] < 300]
    paths = [(asked["method"], urlsplit(asked["url"]).path) for asked in good]
    found = {
        f"{method} {re.sub(r'(/v1)/[^/]+/[^/]+|(/vedlegg|/status)/.+', _without_names, path)}" for method, path in paths
    }
    return {re.sub(rf"^PUT {ELAN}/.+", f"PUT {ELAN}/*", step) for step in found}


def _without_names(found):
    return f"{found[1]}/*/*" if found[1] else f"{found[2]}/*"


@pytest.mark.parametrize("stranger", [*NEEDED])
def test_a_stranger_uses_nothing_of_ours(stranger):
    [path] = DRIVERS.glob(f"{stranger}_client.*")

    assert [line for line in path.read_text().splitlines() if "harness" in line or "provestand" in line] == []
