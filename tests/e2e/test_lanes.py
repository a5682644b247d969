"""On a slow target, calls of several scenarios are in flight together; the findings are the same."""

import json
import re
import signal
import subprocess
from collections import Counter

import pytest

from harness.targets.embedded import running_sandbox
from tests.e2e.conftest import PROVESTAND, Finished, run
from tests.gate import Gate, await_held

FAULTS = ("kravogbetalinger/leap-day-refused", "kravogbetalinger/allow-missing")
CHOSEN = ("--api", "kravogbetalinger", "--suite", "scenarios", "--fail-on", "may")
PART = ("--requirement", "KOB-INPUT-013", "--requirement", "KOB-HTTP-003", "--requirement", "KOB-CODE-004")


@pytest.fixture(scope="module")
def both(tmp_path_factory) -> tuple[Finished, Finished]:
    """Runs with five calls in flight and with one, against a sandbox with two faults that takes 60 ms to answer."""
    folder = tmp_path_factory.mktemp("lanes")
    options = ["--latency", "60", *(part for fault in FAULTS for part in ("--fault", fault))]
    with running_sandbox(*options) as sandbox:
        target = ("--target", str(sandbox.target_file))
        five = run(folder / "five", *target, *CHOSEN, *PART, "--evidence", "all")
        one = run(folder / "one", *target, *CHOSEN, *PART, "--evidence", "all", "--in-flight", "1")
    return five, one


def statuses(finished: Finished) -> dict[str, str]:
    return {entry["id"]: entry["status"] for entry in finished.verdict["requirements"]}


def results(finished: Finished) -> dict[tuple[str, str], dict]:
    """Allure's results by scenario and case."""
    found = [json.loads(path.read_text()) for path in (finished.out / "allure-results").glob("*-result.json")]
    return {(each["fullName"], each["name"]): each for each in found if "Drift" not in str(each["labels"])}


def test_as_many_calls_are_in_flight_as_are_allowed(both):
    five, one = both

    assert (five.verdict["http"]["max_in_flight"], one.verdict["http"]["max_in_flight"]) == (5, 1)


def test_the_same_is_found(both):
    five, one = both

    assert five.code == one.code == 1
    assert five.verdict["counts"] == one.verdict["counts"]
    assert statuses(five) == statuses(one)
    assert {each["fingerprint"] for each in five.verdict["deviations"]} == {
        each["fingerprint"] for each in one.verdict["deviations"]
    }


def test_each_scenario_is_shown_with_its_own_calls(both):
    """Allure keeps evidence by thread, and would assign all of it to one scenario."""
    five, one = (results(finished) for finished in both)

    assert five.keys() == one.keys()
    for key, result in five.items():
        assert result["status"] == one[key]["status"]
        assert refusals(result) == refusals(one[key]), key


def refusals(result) -> Counter[str]:
    """The attachments of a scenario's refused calls, each named after its call.

    A successful answer that several scenarios look at is attached to the first of them, whichever that is.
    """
    names = [each["name"] for each in result.get("attachments", [])]
    return Counter(re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", name) for name in names if re.search(r"→ [45]", name))


def test_a_signal_ends_all_lanes(tmp_path):
    gate = Gate(tmp_path)
    out = tmp_path / "out"
    with running_sandbox("--latency", "60", "--hold", str(gate.file)) as sandbox:
        target = ("--target", str(sandbox.target_file))
        command = [*PROVESTAND, "run", *target, "--api", "kravogbetalinger", "--suite", "scenarios", "--out", str(out)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr is not None
            next(line for line in process.stderr if "of" in line)  # scenarios are running
            gate.close()
            await_held(sandbox.target.apis["kravogbetalinger"].base_url, "kravogbetalinger", 5)
            process.send_signal(signal.SIGTERM)
            process.stderr.read()
            assert process.wait(timeout=300) == 3

    verdict = json.loads((out / "verdict.json").read_text())
    assert verdict["verdict"] == "inconclusive"
    assert "it was interrupted" in str(verdict["problems"])
