"""A vendor's first day: from nothing to a verdict, guided at every step."""

import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import tomli_w
from cryptography.hazmat.primitives import serialization
from jwt.algorithms import RSAAlgorithm

from harness.auth.keys import SigningKey, generate_key
from harness.targets.embedded import running_sandbox
from tests import prepared
from tests.doctor.test_causes import pem
from tests.troubled import closed_port

API, SCOPE, VENDOR = "kravogbetalinger", "skatteetaten:kravogbetalinger", "312345676"


class Day:
    """A vendor at a terminal."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("PROVESTAND")}

    def types(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return prepared.run(*arguments, cwd=self.folder, env=self.environment)

    def doctor(self) -> tuple[int, str, str]:
        """Exit code, the first step that failed, and its cause."""
        done = self.types("doctor", "--target", "pilot", "--format", "json")
        failed = [step for step in json.loads(done.stdout)["steps"] if step["state"] == "failed"]
        return (done.returncode, failed[0]["step"], failed[0].get("cause", "")) if failed else (done.returncode, "", "")

    def fixes(self, old: str, new: str) -> None:
        path = self.folder / "provestand.toml"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))


@pytest.fixture
def service(tmp_path):
    """The service over HTTPS with its own authority, like a vendor's test environment."""
    with running_sandbox("--tls", str(tmp_path / "tls")) as sandbox:
        yield sandbox.target


@pytest.mark.parametrize(
    "part",
    [
        pytest.param(("--requirement", "KOB-MODEL-003", "--requirement", "KOB-ACROSS-001"), id="of a part"),
        pytest.param((), id="of all scenarios", marks=pytest.mark.nightly),
    ],
)
def test_a_first_day(service, tmp_path, part):
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

    # 3. The doctor fails at one step after another, and each is fixed.
    assert day.doctor() == (3, "metadata", "tls-unknown-ca")
    day.fixes('# ca_bundle = "ca.pem"', f'ca_bundle = "{service.ca_bundle}"')

    assert day.doctor() == (3, "metadata", "metadata-other-issuer")
    day.fixes(f'issuer = "{issuer.rstrip("/")}"', f'issuer = "{issuer}"')

    assert day.doctor() == (2, "key", "key-not-set")
    day.environment["PILOT_KEY"] = pem(key.private).decode()

    assert day.doctor() == (3, "token", "unknown-kid")
    day.fixes('kid = "my-key"', f'kid = "{key.kid}"')

    assert day.doctor() == (3, "token", "mp-200")
    client_with_scope = made(service, asked | {"scopes": [SCOPE], "keys": [dict(key.public_jwk) | {"kid": "second"}]})
    day.fixes(client, client_with_scope)
    day.fixes(f'kid = "{key.kid}"', 'kid = "second"')

    assert day.doctor() == (3, f"{API} finans: token", "am-00001")
    day.fixes("5d0c7b7e-6a0f-4b0e-9f63-2f6b7c1d9a10", api.access["finans"].consents[organisation])

    assert day.doctor() == (0, "", "")

    # 4. The token in words, without its signature.
    token = day.types("token", "--target", "pilot", "--access", "finans")
    assert token.returncode == 0
    assert "consumer" in token.stdout and "eyJ" not in token.stdout

    # 5. What would a run send? Then the run, and its verdict.
    run = day.types("run", "--target", "pilot", "--suite", "scenarios", "--out", "out", *part)
    verdict = json.loads((vendor / "out" / "verdict.json").read_text())
    assert (run.returncode, verdict["verdict"], verdict["deviations"]) == (0, "conformant", []), run.stdout
    assert verdict["http"]["max_in_flight"] <= 5
    assert pem(key.private).decode().splitlines()[1] not in run.stdout + run.stderr


def made(service, asked: dict) -> str:
    """A client in the self-service."""
    response = httpx.post(f"{service.maskinporten.issuer}clients", json=asked, verify=context(service))
    return response.raise_for_status().json()["client_id"]


def context(service):
    from harness.http.connection import trusted

    return trusted(service)


@pytest.fixture(scope="module")
def neighbour(tmp_path_factory):
    """A service that several vendors share: none of them can change it for the others."""
    with running_sandbox("--tls", str(tmp_path_factory.mktemp("tls"))) as sandbox:
        yield sandbox.target


@dataclass(frozen=True)
class Configured:
    """A target that works, as tables, with its key in a variable."""

    target: dict
    day: Day
    key: SigningKey

    @property
    def maskinporten(self) -> dict:
        return self.target["maskinporten"]

    @property
    def api(self) -> dict:
        return self.target["apis"][API]


@pytest.fixture
def configured(neighbour, tmp_path) -> Configured:
    key = generate_key()
    organisation = neighbour.apis[API].organisations[0]
    consent = neighbour.apis[API].access["finans"].consents[organisation]
    maskinporten = {
        "issuer": neighbour.maskinporten.issuer,
        "client_id": made(neighbour, {"owner": VENDOR, "scopes": [SCOPE], "keys": [dict(key.public_jwk)]}),
        "consumer": VENDOR,
        "key": "env:PILOT_KEY",
        "kid": key.kid,
    }
    finans = {"kind": "consent", "consents": {organisation: consent}}
    api = {"base_url": neighbour.apis[API].base_url, "organisations": [organisation], "access": {"finans": finans}}
    target = {"profile": "test", "ca_bundle": neighbour.ca_bundle, "maskinporten": maskinporten, "apis": {API: api}}
    day = Day(tmp_path)
    day.environment["PILOT_KEY"] = pem(key.private).decode()
    return Configured(target, day, key)


def nothing(found: Configured) -> None:
    found.target.clear()


def unencrypted(found: Configured) -> None:
    found.api["base_url"] = found.api["base_url"].replace("https://", "http://")


def misspelt_field(found: Configured) -> None:
    found.maskinporten["client-id"] = found.maskinporten.pop("client_id")


def real_organisation(found: Configured) -> None:
    found.api["organisations"] = ["987654325"]


def no_way_in(found: Configured) -> None:
    del found.api["access"]


def consent_of_another(found: Configured) -> None:
    found.api["access"]["finans"]["consents"] = {"311851381": "5d0c7b7e-6a0f-4b0e-9f63-2f6b7c1d9a10"}


def unknown_authority(found: Configured) -> None:
    del found.target["ca_bundle"]


def nobody_listens(found: Configured) -> None:
    found.maskinporten["issuer"] = f"https://localhost:{closed_port()}/"


def issuer_without_slash(found: Configured) -> None:
    found.maskinporten["issuer"] = found.maskinporten["issuer"].rstrip("/")


def key_not_set(found: Configured) -> None:
    del found.day.environment["PILOT_KEY"]


def public_key(found: Configured) -> None:
    how = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    found.day.environment["PILOT_KEY"] = found.key.private.public_key().public_bytes(*how).decode()


def encrypted_key(found: Configured) -> None:
    found.day.environment["PILOT_KEY"] = pem(found.key.private, b"secret").decode()


def key_for_encryption(found: Configured) -> None:
    jwk = RSAAlgorithm.to_jwk(found.key.private, as_dict=True) | {"use": "enc"}
    found.day.environment["PILOT_KEY"] = json.dumps(jwk)


def unknown_kid(found: Configured) -> None:
    found.maskinporten["kid"] = "my-key"


def unknown_client(found: Configured) -> None:
    found.maskinporten["client_id"] = "5d0c7b7e-6a0f-4b0e-9f63-2f6b7c1d9a10"


def other_scope(found: Configured) -> None:
    found.api["scope"] = "skatteetaten:utleggsbegjaering"


def wrong_path(found: Configured) -> None:
    found.api["base_url"] += "/v1"


@pytest.mark.by_day(8)
@pytest.mark.parametrize(
    ("wrong", "code", "told"),
    [
        (nothing, 2, ("provestand.toml", "[targets.NAME]", "provestand init")),
        (unencrypted, 2, ("provestand.toml:", f"apis.{API}.base_url", "unencrypted", "https://")),
        (misspelt_field, 2, ("provestand.toml:", "client-id", "Did you mean client_id?")),
        (real_organisation, 2, (f"apis.{API}.organisations", "987654325", "synthetic", "Tenor")),
        (no_way_in, 3, (f"{API}: ways in", "no way in is configured", "access")),
        (consent_of_another, 3, ("finans: token", "no consent is configured", "consents")),
        (unknown_authority, 3, ("metadata", "authority", "ca_bundle")),
        (nobody_listens, 3, ("metadata", "refused", "host and port")),
        (issuer_without_slash, 3, ("metadata", "`issuer`", "verbatim")),
        (key_not_set, 2, ("key", "PILOT_KEY is not set", "Set it")),
        (public_key, 2, ("key", "it holds PUBLIC KEY, not a private key", "private key")),
        (encrypted_key, 2, ("key_password", "encrypted", "env:NAME")),
        (key_for_encryption, 2, ("key", "`use` enc", "RS256")),
        (unknown_kid, 3, ("token", "kid")),
        (unknown_client, 3, ("token", "client_id", "self-service")),
        (other_scope, 3, ("token", "scope", "skatteetaten:utleggsbegjaering")),
        (wrong_path, 3, ("finans: call", "base_url", "/v1")),
    ],
)
def test_a_misconfiguration_is_named_with_its_fix(configured, wrong, code, told):
    wrong(configured)
    tables = {"targets": {"pilot": configured.target}} if configured.target else {}
    (configured.day.folder / "provestand.toml").write_text(tomli_w.dumps(tables))

    done = configured.day.types("doctor", "--target", "pilot")

    text = done.stdout + done.stderr
    assert done.returncode == code, text
    assert [word for word in told if word not in text] == [], text
    assert "Traceback" not in text
    assert text.count("FAILED") <= 1, text
    assert all(part not in text for part in ("eyJ", *pem(configured.key.private).decode().splitlines()[1:-1]))


def test_the_configuration_without_a_mistake_is_healthy(configured):
    (configured.day.folder / "provestand.toml").write_text(tomli_w.dumps({"targets": {"pilot": configured.target}}))

    done = configured.day.types("doctor", "--target", "pilot")

    assert done.returncode == 0, done.stdout
    assert f"{API} finans: call" in done.stdout


@pytest.mark.nightly
def test_a_plan_counts_what_this_target_will_be_sent(configured):
    """One way in, one organisation: as many calls as the run then makes, fewer than for a full target."""
    (configured.day.folder / "provestand.toml").write_text(tomli_w.dumps({"targets": {"pilot": configured.target}}))
    part = (
        "--target",
        "pilot",
        "--suite",
        "scenarios",
        "--requirement",
        "kob-model-003",
        "--requirement",
        "KOB-Auth-012",
    )

    plan = configured.day.types("run", *part, "--plan")
    whole = configured.day.types("run", *part[2:], "--plan")
    run = configured.day.types("run", *part, "--out", "out")

    verdict = json.loads((configured.day.folder / "out" / "verdict.json").read_text())
    assert run.returncode == 0, run.stderr
    assert planned(plan) == verdict["http"]["requests"] > 0
    assert planned(whole) > planned(plan)


def planned(done: subprocess.CompletedProcess[str]) -> int:
    found = re.search(r"^in all +(\d+) ", done.stdout, re.MULTILINE)
    assert found is not None, done.stdout + done.stderr
    return int(found[1])


def test_production_is_not_judged_by_accident(service, tmp_path):
    """Read-only, about oneself, and confirmed twice; here production is a sandbox on this machine."""
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
    assert "production accepts no generated requests" in generated.stderr
    assert [done.returncode for done in (unmeant, unsaid, generated)] == [2, 2, 2]
    entries = json.loads((tmp_path / "out" / "exchanges.har").read_text())["log"]["entries"]
    calls = [entry["request"] for entry in entries if f"/{API}/" in entry["request"]["url"]]
    assert calls, meant.stdout + meant.stderr
    assert {call["method"] for call in calls} <= {"GET", "HEAD"}
    assert all(VENDOR in call["url"] for call in calls)
