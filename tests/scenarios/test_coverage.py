"""Every requirement is judged by something, and every scenario judges an existing requirement."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.contract.checks import all_checks
from harness.contract.client_checks import all_client_checks
from harness.contract.contract import Contract
from harness.contract.pinned import api_names, contract_of, issuer_names

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


ONLY_BESIDE_OTHERS = {
    "ELAN-AUTH-023": "whatever is not a token, and is refused",
    "KOB-AUTH-027": "whatever is not a token, and is refused",
    "KOB-CODE-004": "the kode of whatever refuses a token",
    "KOB-CODE-005": "the kode of whatever refuses a consent",
    "KOB-CODE-006": "the kode of whatever refuses an input",
    "KOB-FAIR-003": "calls at once that are not turned away are those of one run within the rule",
}
"""Requirements that are judged in scenarios for another one, each with the reason."""


@pytest.fixture(scope="session")
def cited_in_order(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> dict[str, list[str]]:
    """The requirements that each collected scenario names, by scenario, its own first."""
    folder = tmp_path_factory.mktemp("citations")
    target = folder / "target.toml"
    target.write_text(TARGET + "".join(API.format(api=api) for api in api_names()))
    environment = os.environ | {"CITATIONS": str(folder / "found.json"), "PYTHONPATH": str(repository)}
    command = [sys.executable, "-m", "pytest", "scenarios", "--collect-only", "-q", "-p", "tests.scenarios.citations"]
    found: dict[str, list[str]] = {}
    for suite in ("all", "client"):
        options = ["--target", str(target), "--suite", suite, "--out", str(folder / suite)]
        ended = subprocess.run(
            [*command, *options], check=False, cwd=repository, env=environment, capture_output=True, text=True
        )
        assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr[-2000:]
        collected = json.loads((folder / "found.json").read_text())
        found |= {entry["scenario"]: entry["cites"] for entry in collected}
    return found


@pytest.fixture(scope="session")
def cited(cited_in_order: dict[str, list[str]]) -> dict[str, set[str]]:
    return {scenario: set(cites) for scenario, cites in cited_in_order.items()}


@pytest.fixture(params=[*api_names(), *issuer_names()])
def contract(request: pytest.FixtureRequest) -> Contract:
    return contract_of(request.param)


def _exists(check: str) -> bool:
    return check in all_checks() or check in all_client_checks() or check.startswith("schemathesis:")


def test_every_requirement_is_covered(contract, cited):
    """By a scenario that names it, by a check that it names, or by a reason why nothing can."""
    by_scenarios = set().union(*cited.values())
    by_checks = {
        key for key, requirement in contract.active.items() if any(_exists(check) for check in requirement.checks)
    }
    excused = {key for key, requirement in contract.active.items() if requirement.not_tested}

    assert set(contract.active) - by_scenarios - by_checks - excused == set()


def test_what_no_check_judges_has_a_scenario_of_its_own(contract, cited_in_order):
    """A requirement that a scenario only names second is never accused if that scenario ends early."""
    own = {cites[0] for cites in cited_in_order.values() if cites}
    promised = {
        key
        for key, requirement in contract.active.items()
        if requirement.level != "observe" and not requirement.checks and not requirement.not_tested
    }

    assert promised - own == ONLY_BESIDE_OTHERS.keys() & contract.active.keys()


def test_no_requirement_is_both_tested_and_excused(contract, cited):
    excused = {key for key, requirement in contract.active.items() if requirement.not_tested}

    assert excused & set().union(*cited.values()) == set()


def test_every_scenario_cites_requirements_that_there_are(cited):
    known = {key for api in (*api_names(), *issuer_names()) for key in contract_of(api).active}

    assert {scenario: keys - known for scenario, keys in cited.items() if not keys or keys - known} == {}


def test_every_open_question_is_asked_in_words(contract):
    silent = [key for key, found in contract.active.items() if found.level == "observe" and not found.question]

    assert silent == []


def test_what_is_promised_asks_no_question(contract):
    asking = [key for key, found in contract.active.items() if found.level != "observe" and found.question]

    assert asking == []


def test_a_level_fits_its_certainty(contract):
    """Behaviour that nobody promised fails nobody: the unknown is observed, and only the unknown."""
    unknown = {key for key, found in contract.active.items() if found.certainty == "unknown"}
    observed = {key for key, found in contract.active.items() if found.level == "observe"}

    assert unknown == observed
