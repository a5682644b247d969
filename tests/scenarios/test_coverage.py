"""Every requirement is judged by something, and every scenario judges a requirement that there is."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.contract.checks import all_checks
from harness.contract.contract import Contract
from harness.contract.pinned import api_names, contract_of

TARGET = """
[targets.nowhere]
profile = "sandbox"
[targets.nowhere.maskinporten]
issuer = "http://127.0.0.1:9/"
client_id = "c"
key = "generated"
registration = "http://127.0.0.1:9/keys"
"""

API = """
[targets.nowhere.apis.{api}]
base_url = "http://127.0.0.1:9/v1"
scope = "s"
organisations = ["310123455"]
[targets.nowhere.apis.{api}.access.finans]
kind = "token"
"""


@pytest.fixture(scope="session")
def cited(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> dict[str, set[str]]:
    """The requirements that each collected scenario cites, by scenario."""
    folder = tmp_path_factory.mktemp("citations")
    target = folder / "target.toml"
    target.write_text(TARGET + "".join(API.format(api=api) for api in api_names()))
    environment = os.environ | {"CITATIONS": str(folder / "found.json"), "PYTHONPATH": str(repository)}
    command = [sys.executable, "-m", "pytest", "scenarios", "--collect-only", "-q", "-p", "tests.scenarios.citations"]
    options = ["--target", str(target), "--suite", "all", "--out", str(folder / "out")]

    ended = subprocess.run(
        [*command, *options], check=False, cwd=repository, env=environment, capture_output=True, text=True
    )

    assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr[-2000:]
    found = json.loads((folder / "found.json").read_text())
    return {entry["scenario"]: set(entry["cites"]) for entry in found}


@pytest.fixture(params=api_names())
def contract(request: pytest.FixtureRequest) -> Contract:
    return contract_of(request.param)


def test_every_requirement_is_covered(contract, cited):
    """By a scenario that cites it, by a check that it names, or by a word on why nothing can."""
    by_scenarios = set().union(*cited.values())
    by_checks = {
        key
        for key, requirement in contract.active.items()
        if any(check in all_checks() or check.startswith("schemathesis:") for check in requirement.checks)
    }
    excused = {key for key, requirement in contract.active.items() if requirement.not_tested}

    assert set(contract.active) - by_scenarios - by_checks - excused == set()


def test_no_requirement_is_both_tested_and_excused(contract, cited):
    excused = {key for key, requirement in contract.active.items() if requirement.not_tested}

    assert excused & set().union(*cited.values()) == set()


def test_every_scenario_cites_requirements_that_there_are(cited):
    known = {key for api in api_names() for key in contract_of(api).active}

    assert {scenario: keys - known for scenario, keys in cited.items() if not keys or keys - known} == {}


def test_every_open_question_is_asked_in_words(contract):
    silent = [key for key, found in contract.active.items() if found.level == "observe" and not found.question]

    assert silent == []


def test_what_is_promised_asks_no_question(contract):
    asking = [key for key, found in contract.active.items() if found.level != "observe" and found.question]

    assert asking == []


def test_a_level_fits_its_certainty(contract):
    """What nobody promised fails nobody: the unknown is observed, and only the unknown."""
    unknown = {key for key, found in contract.active.items() if found.certainty == "unknown"}
    observed = {key for key, found in contract.active.items() if found.level == "observe"}

    assert unknown == observed
