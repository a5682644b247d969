"""A target that one input kills: the call is named, nobody is accused after it, and the run ends."""

import os
import subprocess

import pytest

from tests.e2e.conftest import run
from tests.troubled import (  # noqa: F401 - two are fixtures
    Asked,
    Trouble,
    TroubledProxy,
    _shared_behind,
    answer,
    behind,
    hang_up,
    page,
    pass_on,
)

KOB, ELAN = "/kravogbetalinger/v1", "/api/utleggsbegjaering/v2"
FEW = 60
"""The number of calls after the one that killed it, of more than a thousand in the run.

Four in vain end it, each with its retries, beside those of up to eight scenarios that are running because answers take
their time.
"""


def dies_of(part: str, silence: Trouble, last: Trouble = hang_up):
    """A service that is up until a call with this in its path arrives, and down from then on."""
    state = {"dead": False}

    def plan(asked: Asked) -> Trouble:
        if not asked.path.startswith((KOB, ELAN)):
            return pass_on  # the token issuer is another service
        if state["dead"]:
            return silence
        state["dead"] = part in asked.path and asked.method != "POST"
        return last if state["dead"] else pass_on

    return plan


WAYS = {
    "and the port is shut": (hang_up, hang_up),
    "behind a gateway": (page(503), page(502)),
    "behind a balancer that says 504": (answer(504, b"", ""), answer(504, b"", "")),
}


@pytest.mark.parametrize(
    "way", [next(iter(WAYS)), *(pytest.param(w, marks=pytest.mark.nightly) for w in list(WAYS)[1:])]
)
def test_the_call_that_killed_a_service_is_named_and_the_run_ends(behind, tmp_path, way):  # noqa: F811
    silence, last = WAYS[way]
    behind.proxy.plan = dies_of("/innbetalinger", silence, last)
    chosen = ("--api", "kravogbetalinger", "--suite", "scenarios", "--workers", "1")  # each process finds out by itself

    finished = run(tmp_path / "out", "--target", str(behind.target_file), *chosen)

    verdict = finished.verdict
    after = [asked for asked in behind.proxy.asked if asked.path.startswith(KOB)]
    killer = next(number for number, asked in enumerate(after) if "/innbetalinger" in asked.path)
    named = [problem for problem in verdict["problems"] if "there were no answers from this call on" in problem]
    assert (finished.code, verdict["deviations"], len(named)) == (3, [], 1)
    assert f"GET {behind.proxy.url}{after[killer].path}" in named[0]
    assert any("no longer answers" in problem for problem in verdict["problems"])
    assert len(after) - killer < FEW
    assert named[0] in finished.stdout


def test_the_call_is_sent_again_as_it_was(behind, tmp_path):  # noqa: F811
    behind.proxy.plan = dies_of("/innbetalinger", hang_up)
    finished = run(
        tmp_path / "out", "--target", str(behind.target_file), "--api", "kravogbetalinger", "--suite", "scenarios"
    )
    named = next(problem for problem in finished.verdict["problems"] if "To send it again: " in problem)
    killer = next(a for a in behind.proxy.asked if a.path.startswith(KOB) and "/innbetalinger" in a.path)

    command = named.partition("To send it again: ")[2]
    subprocess.run(["sh", "-c", command], env=os.environ | {"TOKEN": "x.y.z"}, check=False, capture_output=True)

    again = behind.proxy.asked[-1]
    assert (again.method, again.path, again.body) == (killer.method, killer.path, killer.body)
    for name in ("accept", "user-agent", "korrelasjonsid"):
        assert again.header(name) == killer.header(name)


def test_a_generated_request_that_kills_is_among_those_named(behind, tmp_path):  # noqa: F811
    """Five are in flight: each of them is named, and how to find out which it was."""
    killers = []

    def plan(asked: Asked) -> Trouble:
        if not asked.path.startswith(KOB):
            return pass_on
        if "/innbetalinger" in asked.path and "fraOgMed" not in asked.path:
            killers.append(asked.path)
        return hang_up if killers else pass_on

    behind.proxy.plan = plan
    finished = run(
        tmp_path / "out", "--target", str(behind.target_file), "--api", "kravogbetalinger", "--suite", "property"
    )

    named = [problem for problem in finished.verdict["problems"] if "from this call on" in problem]
    assert (finished.code, len(named)) == (3, 1)
    assert killers[0] in named[0]


@pytest.mark.nightly
def test_a_service_that_restarts_after_each_death_names_the_call_and_goes_on(behind, tmp_path):  # noqa: F811
    """One input kills it, and a supervisor restarts it: the rest is judged."""
    behind.proxy.plan = lambda asked: (
        hang_up if asked.path.startswith(KOB) and "/utbetalinger" in asked.path else pass_on
    )

    chosen = ("--requirement", "KOB-MODEL-003")
    finished = run(tmp_path / "out", "--target", str(behind.target_file), *chosen)

    assert (finished.code, finished.verdict["deviations"]) == (3, [])
    assert any(KOB in problem and "/utbetalinger" in problem for problem in finished.verdict["problems"])
    assert not any("no longer answers" in problem for problem in finished.verdict["problems"])


@pytest.mark.nightly
def test_a_firewall_that_breaks_off_what_it_dislikes_is_no_death(behind, tmp_path):  # noqa: F811
    """Many calls in a row get no answer, but the service is up: the run goes on to its end."""
    behind.proxy.plan = lambda asked: (
        hang_up if asked.path.startswith(KOB) and ("%" in asked.path or "'" in asked.path) else pass_on
    )

    chosen = ("--api", "kravogbetalinger", "--suite", "scenarios", "--", "-k", "hostile")
    finished = run(tmp_path / "out", "--target", str(behind.target_file), *chosen)

    problems = finished.verdict["problems"]
    assert (finished.code, finished.verdict["deviations"]) == (3, [])
    assert not [problem for problem in problems if "no longer answers" in problem or "ended early" in problem], problems
