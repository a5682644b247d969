"""A vendor's first day: from nothing to a verdict, guided at every step."""

import json
import os
import subprocess
from pathlib import Path

import httpx
import pytest
import tomli_w

from harness.auth.keys import generate_key
from harness.targets.embedded import running_sandbox
from tests.doctor.test_causes import pem
from tests.e2e.conftest import PROVESTAND

API, SCOPE, VENDOR = "kravogbetalinger", "skatteetaten:kravogbetalinger", "312345676"


class Day:
    """A vendor at a terminal."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("PROVESTAND")}

    def types(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*PROVESTAND, *arguments],
            capture_output=True,
            text=True,
            check=False,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
        )

    def doctor(self) -> tuple[int, str, str]:
        """Exit code, the first step that failed, and its cause."""
        done = self.types("doctor", "--target", "pilot", "--format", "json")
        failed = [step for step in json.loads(done.stdout)["steps"] if step["state"] == "failed"]
        return (done.returncode, failed[0]["step"], failed[0].get("cause", "")) if failed else (done.returncode, "", "")

    def mends(self, old: str, new: str) -> None:
        path = self.folder / "provestand.toml"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))


@pytest.fixture
def service(tmp_path):
    """The service over HTTPS with an authority of its own, as a vendor's test environment has it."""
    with running_sandbox("--tls", str(tmp_path / "tls")) as sandbox:
        yield sandbox.target


def test_a_first_day(service, tmp_path):
    vendor = tmp_path / "vendor"
    vendor.mkdir()
    day = Day(vendor)
    issuer, api = service.maskinporten.issuer, service.apis[API]
    organisation = api.organisations[0]
    key = generate_key()
    asked = {"owner": VENDOR, "scopes": ["skatteetaten:utleggsbegjaering"], "keys": [dict(key.public_jwk)]}
    client = made(service, asked)

    # 1. Nothing is there yet.
    assert day.types("run", "--target", "pilot").returncode == 2

    # 2. init writes the file; the profile's addresses are replaced by this environment's.
    written = day.types(
        "init", "--target", "pilot", "--client-id", client, "--key", "env:PILOT_KEY", "--kid", "my-key",
        "--consumer", VENDOR, "--organisation", organisation, "--access", "finans", "--access", "lovfestetrevisjon",
        "--consent", f"{organisation}=5d0c7b7e-6a0f-4b0e-9f63-2f6b7c1d9a10",
        "--api", API, "--issuer", issuer.rstrip("/"), "--base-url", f"{API}={api.base_url}",
    )  # fmt: skip
    assert written.returncode == 0, written.stderr

    # 3. The doctor fails at one step after the other, and each is mended.
    assert day.doctor() == (3, "metadata", "tls-unknown-ca")
    day.mends('# ca_bundle = "ca.pem"', f'ca_bundle = "{service.ca_bundle}"')

    assert day.doctor() == (3, "metadata", "metadata-other-issuer")
    day.mends(f'issuer = "{issuer.rstrip("/")}"', f'issuer = "{issuer}"')

    assert day.doctor() == (2, "key", "key-not-set")
    day.environment["PILOT_KEY"] = pem(key.private).decode()

    assert day.doctor() == (3, "token", "unknown-kid")
    day.mends('kid = "my-key"', f'kid = "{key.kid}"')

    assert day.doctor() == (3, "token", "mp-200")
    client_with_scope = made(service, asked | {"scopes": [SCOPE], "keys": [dict(key.public_jwk) | {"kid": "second"}]})
    day.mends(client, client_with_scope)
    day.mends(f'kid = "{key.kid}"', 'kid = "second"')

    assert day.doctor() == (3, f"{API} finans: token", "am-00001")
    day.mends("5d0c7b7e-6a0f-4b0e-9f63-2f6b7c1d9a10", api.access["finans"].consents[organisation])

    assert day.doctor() == (0, "", "")

    # 4. The token in words, without its signature.
    token = day.types("token", "--target", "pilot", "--access", "finans")
    assert token.returncode == 0
    assert "consumer" in token.stdout and "eyJ" not in token.stdout

    # 5. What would a run send? Then the run, and its verdict.
    run = day.types("run", "--target", "pilot", "--suite", "scenarios", "--out", "out")
    verdict = json.loads((vendor / "out" / "verdict.json").read_text())
    assert (run.returncode, verdict["verdict"], verdict["deviations"]) == (0, "conformant", []), run.stdout
    assert verdict["http"]["max_in_flight"] <= 5
    assert pem(key.private).decode().splitlines()[1] not in run.stdout + run.stderr


def made(service, asked: dict) -> str:
    """A client of the self-service."""
    response = httpx.post(f"{service.maskinporten.issuer}clients", json=asked, verify=context(service))
    return response.raise_for_status().json()["client_id"]


def context(service):
    from harness.http.connection import trusted

    return trusted(service)


def test_production_is_not_judged_by_accident(service, tmp_path):
    """Read only, about oneself, and meant twice; here production is a sandbox on this machine."""
    key = generate_key()
    asked = {"owner": VENDOR, "scopes": [SCOPE], "keys": [dict(key.public_jwk)]}
    maskinporten = {
        "issuer": service.maskinporten.issuer,
        "client_id": made(service, asked),
        "consumer": VENDOR,
        "key": "env:PILOT_KEY",
        "kid": key.kid,
    }
    api = {
        "base_url": service.apis[API].base_url,
        "organisations": [VENDOR],
        "access": {"lovfestetrevisjon": {"kind": "token"}},
    }
    target = {"profile": "prod", "ca_bundle": service.ca_bundle, "maskinporten": maskinporten, "apis": {API: api}}
    (tmp_path / "provestand.toml").write_text(tomli_w.dumps({"targets": {"live": target}}))
    day = Day(tmp_path)
    day.environment["PILOT_KEY"] = pem(key.private).decode()

    unmeant = day.types("run", "--target", "live", "--out", "out")
    unsaid = day.types("run", "--target", "live", "--i-mean-production", "--out", "out")
    day.environment["PROVESTAND_I_MEAN_PRODUCTION"] = "live"
    generated = day.types("run", "--target", "live", "--i-mean-production", "--suite", "all", "--out", "out")
    meant = day.types("run", "--target", "live", "--i-mean-production", "--out", "out")

    assert "Give --i-mean-production if you mean it" in unmeant.stderr
    assert "Type its name on a terminal, or set PROVESTAND_I_MEAN_PRODUCTION=live" in unsaid.stderr
    assert "production takes no generated requests" in generated.stderr
    assert [done.returncode for done in (unmeant, unsaid, generated)] == [2, 2, 2]
    entries = json.loads((tmp_path / "out" / "exchanges.har").read_text())["log"]["entries"]
    calls = [entry["request"] for entry in entries if f"/{API}/" in entry["request"]["url"]]
    assert calls, meant.stdout + meant.stderr
    assert {call["method"] for call in calls} <= {"GET", "HEAD"}
    assert all(VENDOR in call["url"] for call in calls)
