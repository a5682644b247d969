"""A client run guided only by the page: what to do, what arrived, what broke, how it ended."""

import json
import re
import subprocess
import sys
import time
import uuid
from contextlib import suppress
from pathlib import Path

import httpx
import jwt
import pytest
from playwright.sync_api import expect

SCENARIO = "test_nothing_found_is_not_an_error and not innbetalinger and not utbetalinger"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@pytest.fixture
def run(tmp_path):
    """`provestand client` without a terminal; yields the address of its pages."""
    errors = tmp_path / "stderr"
    command = [
        sys.executable,
        "-m",
        "harness",
        "client",
        "--page",
        "--scenario",
        SCENARIO,
        "--out",
        str(tmp_path / "out"),
    ]
    with errors.open("w") as stderr:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=stderr)
    try:
        deadline = time.monotonic() + 60
        while "Follow the run at" not in errors.read_text() and time.monotonic() < deadline:
            time.sleep(0.05)  # until a condition holds, with a deadline
        yield process, re.search(r"Follow the run at (\S+)/", errors.read_text())[1], tmp_path / "out"
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=30)


class System:
    """The system under test: the page tells it what it tells a person, and nothing more."""

    def __init__(self, card: str) -> None:
        pairs = (line.split("=", 1) for line in card.splitlines() if "=" in line and not line.startswith("#"))
        self.told = {name: value.strip("'") for name, value in pairs}

    def token(self, consent: str, organisation: str, lifetime: int) -> httpx.Response:
        now = int(time.time())
        giver = f"urn:altinn:organization:identifier-no:{organisation}"
        claims = {
            "aud": self.told["MASKINPORTEN_ISSUER"],
            "iss": self.told["MASKINPORTEN_CLIENT_ID"],
            "iat": now,
            "exp": now + lifetime,
            "jti": str(uuid.uuid4()),
            "scope": self.told["KRAVOGBETALINGER_SCOPE"],
            "authorization_details": [{"type": "urn:altinn:consent", "id": consent, "from": giver}],
        }
        key = Path(self.told["MASKINPORTEN_KEY_FILE"]).read_text()
        assertion = jwt.encode(claims, key, "RS256", {"kid": self.told["MASKINPORTEN_KID"]})
        form = {"grant_type": JWT_BEARER, "assertion": assertion}
        return httpx.post(self.told["MASKINPORTEN_TOKEN_ENDPOINT"], data=form, trust_env=False)

    def call(self, operation: str, values: dict[str, str], token: str) -> int:
        url = f"{self.told['KRAVOGBETALINGER_BASE_URL']}/{values['way in']}/{values['organisation']}/{operation}"
        headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/json",
            "Korrelasjonsid": str(uuid.uuid4()),
        }
        query = {name: value for name, value in values.items() if name in {"fraOgMed", "tilOgMed"}}
        return httpx.get(url, params=query, headers=headers, trust_env=False).status_code


@pytest.mark.nightly
def test_a_person_leads_a_scenario_by_the_page(browser, run):
    process, base, out = run
    page = browser.new_page()
    page.goto(f"{base}/")
    system = System(page.locator("#card-environment").text_content())

    page.get_by_role("button", name="My system is ready").click()
    task = page.locator("#task")
    expect(task).to_contain_text("Let your system call", timeout=60_000)
    operation = re.search(r"call (\w+) of", task.inner_text())[1]
    names, values = (page.locator(f"dl.values {each}").all_text_contents() for each in ("dt", "dd code"))
    entered = dict(zip(names, values, strict=True))
    refused = system.token(entered["consent"], entered["organisation"], lifetime=600)
    token = system.token(entered["consent"], entered["organisation"], lifetime=100).json()["access_token"]
    assert (refused.status_code, system.call(operation, entered, token)) == (400, 404)

    refused = httpx.post(f"{base}/sandbox/reset", json={}, trust_env=False)
    assert refused.status_code == 423
    problem = refused.json()["problem"]
    assert "shown to the user as an empty result, not as an error. Try again when it has ended" in problem
    other = browser.new_page()
    other.goto(f"{base}/console/what-if?q=503")
    expect(other.locator(".kept")).to_contain_text("The scenario “KB-007, nothing in the period")
    expect(other.get_by_role("button", name="Switch on: 503")).to_be_disabled()
    other.close()

    expect(page.locator(".arrived li")).to_have_count(3, timeout=30_000)
    page.get_by_label("What the user sees").fill("Ingen treff")
    page.get_by_role("button", name="It has what I asked for").click()

    expect(task).to_contain_text("All scenarios have been run", timeout=60_000)
    expect(page.locator("#scenario-list")).to_contain_text("broken")  # the grant that is valid for ten minutes
    page.goto(f"{base}/console/calls?broken=1")
    expect(page.locator(".call").last).to_contain_text("A grant is valid for at most 120 seconds")
    page.goto(f"{base}/console/progress")
    expect(page.locator("#MASK-GRANT-003")).to_contain_text("failed")
    expect(page.locator("#progress")).to_contain_text(str(out))
    page.goto(f"{base}/")
    page.get_by_role("link", name="Open the report").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Not conformant")
    page.go_back()
    page.get_by_role("button", name="Close the pages").click()
    page.close()

    assert process.wait(timeout=300) == 1
    verdict = json.loads((out / "verdict.json").read_text())
    failed = [each["id"] for each in verdict["requirements"] if each["status"] == "failed"]
    assert "MASK-GRANT-003" in failed and "KOB-CLIENT-015" not in failed
