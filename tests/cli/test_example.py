"""`provestand example begjaering`: the sandbox and check-request accept what it prints."""

import datetime
import importlib
import json
import subprocess
from pathlib import Path

import httpx
import pytest

from harness.auth.grant import Subject
from harness.auth.maskinporten import MaskinportenClient
from harness.contract.pinned import contract_of
from harness.contract.request_check import check_request
from harness.targets.embedded import running_sandbox
from scenarios.utleggsbegjaering import examples
from tests import prepared

API = "utleggsbegjaering"
TODAY = datetime.datetime.now(datetime.UTC).date()
SENT = [name for name, each in examples.VARIANTS.items() if each.version == "v2"]


@pytest.fixture(scope="module")
def sandbox():
    with running_sandbox() as running:
        yield running


@pytest.fixture(scope="module")
def send(sandbox):
    """Sends a request below the API's base, with a token."""
    target = sandbox.target
    with httpx.Client(trust_env=False, timeout=30) as http:
        token = MaskinportenClient(target.maskinporten, http).token(Subject(target.apis[API].scope))

        def sending(request):
            headers = {**request.headers, "Authorization": f"Bearer {token}"}
            del headers["host"]
            url = target.apis[API].base_url + request.url.path.rstrip("/")
            return http.request(request.method, url, headers=headers, content=request.read())

        yield sending


def example(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return prepared.run("example", *arguments, cwd=cwd)


def problems_of(begjaering, version, sender):
    rules = importlib.import_module(f"scenarios.{API}.request_rules")
    contract = contract_of(API, version)
    return check_request(contract, rules.OPERATION, json.dumps(begjaering), rules, TODAY, sender)


@pytest.mark.by_day(3)
@pytest.mark.parametrize("name", [*examples.VARIANTS])
def test_check_request_finds_nothing_in_a_variant(name):
    made = examples.example(name, {}, "312345676", TODAY)

    assert problems_of(made, examples.VARIANTS[name].version, "312345676") == []


@pytest.mark.by_day(3)
@pytest.mark.parametrize("name", SENT)
def test_the_sandbox_accepts_a_variant(sandbox, send, name):
    target = sandbox.target
    made = examples.example(name, target.apis[API].parties, target.maskinporten.consumer, TODAY)
    ids = {"KlientId": "test", "Korrelasjonsid": "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"}
    ids["Meldingsid"] = "1a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
    sent = send(httpx.Request("POST", "http://x.invalid/", json=examples.with_files(made, send), headers=ids))

    assert sent.status_code in {200, 201}, sent.text


def test_what_is_printed_for_a_running_sandbox_is_accepted_as_it_is(sandbox, send, tmp_path):
    base = sandbox.target.maskinporten.issuer.removesuffix("/maskinporten/")
    printed = example("begjaering", "--variant", "full", "--sandbox", base, cwd=tmp_path)
    ids = {"KlientId": "test", "Korrelasjonsid": "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"}
    ids["Meldingsid"] = "2a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
    ids["Content-Type"] = "application/json"
    sent = send(httpx.Request("POST", "http://x.invalid/", content=printed.stdout.encode(), headers=ids))

    assert (printed.returncode, printed.stderr) == (0, "")
    assert sent.status_code in {200, 201}, sent.text


def test_the_variants_are_listed(tmp_path):
    listed = example("begjaering", "--list", cwd=tmp_path)

    assert [line.split()[0] for line in listed.stdout.splitlines()] == [*examples.VARIANTS]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["begjering"], 2, "no examples of 'begjering'"),
        (["begjaering", "--variant", "none"], 2, "There are simple"),
        (["begjaering", "--sandbox", "http://127.0.0.1:1"], 3, "no answer ("),
    ],
)
def test_what_cannot_be_is_one_line(tmp_path, arguments, code, said):
    done = example(*arguments, cwd=tmp_path)

    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr
