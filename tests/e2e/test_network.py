"""A run never lies when the network does: passing trouble is retried, lasting trouble is inconclusive.

The table of faults with the outcome of each is in FAULTS.
"""

import json
import re
import threading

import pytest

from tests.e2e.conftest import Finished, run
from tests.troubled import (  # noqa: F401 - two are fixtures
    Trouble,
    TroubledProxy,
    _shared_behind,
    altered,
    answer,
    babble,
    behind,
    cut_short,
    hang_up,
    on,
    page,
    pass_on,
    reset,
    sandbox_behind,
)

CALL, FILING = "/kravogbetalinger/v1", "/api/utleggsbegjaering/v"
TOKEN, METADATA = "/token", ".well-known"
FEW = ("--requirement", "KOB-MODEL-003")
PREFLIGHT = 3
"""The number of calls to the API before its first scenario: one per way in."""

BUSY_AT_FIRST = answer(429, Retry_After="0")


def every(number: int, part: str, trouble: Trouble):
    """Trouble for every nth request with this in its path, never twice in a row for the same one."""
    lock, counts, troubled = threading.Lock(), [0], set()

    def plan(asked):
        if part not in asked.path:
            return pass_on
        with lock:
            counts[0] += 1
            is_again = asked.path in troubled
            troubled.discard(asked.path)
            if is_again or counts[0] % number:
                return pass_on
            troubled.add(asked.path)
            return trouble

    return plan


def after(number: int, part: str, trouble: Trouble):
    """Trouble from the nth request on."""
    lock, counts = threading.Lock(), [0]

    def plan(asked):
        if part not in asked.path:
            return pass_on
        with lock:
            counts[0] += 1
            return trouble if counts[0] > number else pass_on

    return plan


# Fault: what happens, the exit code, and what the verdict says about it.
FAULTS = {
    "connections end without an answer, now and then": (every(4, CALL, hang_up), 0, "retries"),
    "answers are reset in the middle, now and then": (every(4, CALL, reset), 0, "retries"),
    "answers are cut short, now and then": (every(4, CALL, cut_short), 0, "retries"),
    "429 with Retry-After, now and then": (every(4, CALL, BUSY_AT_FIRST), 0, "retries"),
    "502 as a page, now and then": (every(4, CALL, page(502)), 0, "retries"),
    "503, now and then": (every(4, CALL, answer(503)), 0, "retries"),
    "504, now and then": (every(4, CALL, answer(504)), 0, "retries"),
    "a page with status 200, now and then": (every(4, CALL, page(200)), 0, "retries"),
    "the token endpoint fails once": (on(TOKEN, page(503), first=1), 0, "none"),
    "the token endpoint hangs up once": (on(TOKEN, hang_up, first=1), 0, "none"),
    "the API is down": (on(CALL, page(503)), 3, "no way in is open: status 503"),
    "the API hangs up": (on(CALL, hang_up), 3, "the connection ended without an answer"),
    "the API speaks no HTTP": (on(CALL, babble), 3, "the answer is not HTTP"),
    "a maintenance page for everything": (on(CALL, page(200)), 3, "an HTML page"),
    "too many requests, for ever": (on(CALL, BUSY_AT_FIRST), 3, "status 429"),
    "asked to wait for an hour": (on(CALL, answer(429, Retry_After="3600")), 3, "status 429"),
    "the API goes down in the middle": (after(9, CALL, page(503)), 3, "status 503"),
    "the token endpoint goes down in the middle": (after(6, TOKEN, page(503)), 3, "/token: status 503"),
    "the issuer is down": (on(METADATA, hang_up), 3, "the connection ended without an answer"),
    "the issuer is a page": (on(METADATA, page(200)), 3, "not a JSON document"),
}


@pytest.mark.by_day(2)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_network_is_no_deviation(behind, tmp_path, fault):  # noqa: F811
    plan, code, said = FAULTS[fault]
    behind.proxy.plan = plan

    finished = run(tmp_path / "out", "--target", str(behind.target_file), *FEW)

    verdict = finished.verdict
    assert (finished.code, verdict["deviations"]) == (code, []), finished.stdout
    assert "Traceback" not in finished.stdout + finished.stderr
    if code == 0:
        assert (verdict["http"]["retries"] > 0) == (said == "retries")
        assert verdict["problems"] == []
    else:
        assert verdict["verdict"] == "inconclusive"
        assert any(said in problem for problem in verdict["problems"]), verdict["problems"]


def between(first: int, last: int, part: str, trouble: Trouble):
    """Trouble for the requests that have these numbers among those with this in their path."""
    begun, over = after(first - 1, part, trouble), after(last, part, trouble)

    def plan(asked):
        is_begun, is_over = begun(asked) is trouble, over(asked) is trouble
        return trouble if is_begun and not is_over else pass_on

    return plan


@pytest.mark.parametrize("last", [16, 1000], ids=["for a moment", "for good, and one at a time as well"])
def test_calls_at_once_that_are_turned_away_as_others_are_accuse_nobody(behind, tmp_path, last):  # noqa: F811
    """The first eleven calls are made one by one; then come ten concurrently, which are repeated if one is busy."""
    behind.proxy.plan = between(15, last, CALL, BUSY_AT_FIRST)

    finished = run(tmp_path / "out", "--target", str(behind.target_file), "--requirement", "KOB-FAIR-001")

    statuses = [e["response"]["status"] for e in har(finished)]
    assert finished.verdict["deviations"] == []
    assert 429 in statuses


def other_party(body: bytes) -> bytes:
    return re.sub(rb'"partIdentifikator":\s*"\d+"', b'"partIdentifikator":"219001002"', body)


def test_a_deviation_is_never_tried_away(behind, tmp_path):  # noqa: F811
    """Every second answer is about somebody else, and every fourth connection breaks."""
    lie, trouble = every(2, CALL, altered(other_party)), every(4, CALL, hang_up)
    behind.proxy.plan = lambda asked: hang_up if trouble(asked) is hang_up else lie(asked)

    finished = run(tmp_path / "out", "--target", str(behind.target_file), *FEW)

    assert finished.code == 1
    assert "KOB-MODEL-003" in finished.failed
    assert finished.verdict["http"]["retries"] > 0


@pytest.mark.nightly
def test_keys_that_are_rotated_in_the_middle_are_no_deviation(behind, tmp_path):  # noqa: F811
    """The issuer signs with a new key and removes the old one: tokens that were valid are refused, and renewed."""

    def rotate(proxy: TroubledProxy, connection, asked) -> None:
        head = b"POST /maskinporten/issuer HTTP/1.1\r\nHost: [::1]\r\nContent-Length: 16\r\nConnection: close\r\n\r\n"
        proxy.fetched(head + b'{"retire": true}')
        pass_on(proxy, connection, asked)

    behind.proxy.plan = every(4, CALL, rotate)

    finished = run(tmp_path / "out", "--target", str(behind.target_file), *FEW)

    statuses = [e["response"]["status"] for e in har(finished)]
    assert (finished.code, finished.verdict["deviations"]) == (0, [])
    assert statuses.count(401) >= 1


def har(finished: Finished) -> list[dict]:
    return json.loads((finished.out / "exchanges.har").read_text())["log"]["entries"]


def test_each_try_is_recorded(behind, tmp_path):  # noqa: F811
    behind.proxy.plan = between(PREFLIGHT + 1, PREFLIGHT + 2, CALL, answer(503))

    finished = run(tmp_path / "out", "--target", str(behind.target_file), *FEW)

    tries = [entry["comment"] for entry in har(finished) if entry["response"]["status"] == 503]
    assert (finished.code, tries) == (0, ["try 1", "try 2"])


@pytest.mark.nightly
def test_https_over_ipv6_alone(tmp_path):
    from harness.targets.embedded import running_sandbox

    with running_sandbox("--host", "::1", "--tls", str(tmp_path / "tls")) as sandbox:
        finished = run(tmp_path / "out", "--target", str(sandbox.target_file), *FEW)

    assert finished.code == 0, finished.stdout
    assert (tmp_path / "tls" / "server.pem").stat().st_mode & 0o77 == 0


@pytest.mark.nightly
def test_ten_silent_scenarios_end_a_run(behind, tmp_path):  # noqa: F811
    """A busy service is alive, and calls are retried for a while."""
    behind.proxy.plan = after(9, CALL, answer(429, Retry_After="0"))

    finished = run(tmp_path / "out", "--target", str(behind.target_file), "--api", "kravogbetalinger")

    assert finished.code == 3
    assert finished.verdict["counts"]["scenarios"] < 40
    assert any("10 scenarios in a row could not be judged" in problem for problem in finished.verdict["problems"])


@pytest.mark.nightly
def test_an_api_that_is_shut_ends_no_run_of_the_other(behind, tmp_path):  # noqa: F811
    behind.proxy.plan = on(CALL, page(503))

    chosen = ("--suite", "scenarios", "--", "-k", "test_access or test_statuses")
    finished = run(tmp_path / "out", "--target", str(behind.target_file), *chosen)

    assert (finished.code, finished.verdict["deviations"]) == (3, [])
    assert [problem for problem in finished.verdict["problems"] if "no way in is open" not in problem] == []
    assert finished.verdict["counts"]["passed"] > 20


def test_a_clock_that_is_wrong_is_no_deviation(tmp_path):
    with sandbox_behind(TroubledProxy(), "--now", "2026-01-01") as skewed:
        finished = run(tmp_path / "out", "--target", str(skewed.target_file), *FEW)

    assert (finished.code, finished.verdict["deviations"]) == (3, [])
    assert any("Issue time is in the future" in problem for problem in finished.verdict["problems"])


def test_the_budget_ends_a_run(behind, tmp_path):  # noqa: F811
    text = behind.target_file.read_text().replace('profile = "sandbox"', 'profile = "sandbox"\nrequest_budget = 7')
    (tmp_path / "few.toml").write_text(text)

    finished = run(tmp_path / "out", "--target", "few.toml", *FEW)

    assert finished.code == 3
    assert len([asked for asked in behind.proxy.asked if CALL in asked.path or FILING in asked.path]) == 7
    assert any("the request budget of 7 is spent" in problem for problem in finished.verdict["problems"])


def test_a_plan_sends_nothing(behind, tmp_path):  # noqa: F811
    from tests.e2e.conftest import PROVESTAND, subprocess

    command = [*PROVESTAND, "run", "--plan", "--target", str(behind.target_file), *FEW]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    counted = run(tmp_path / "out", "--target", str(behind.target_file), *FEW)

    planned = re.search(r"^in all +(\d+) +0$", done.stdout, re.MULTILINE)
    assert (done.returncode, "nothing was sent to the target" in done.stdout) == (0, True), done.stderr
    assert planned is not None
    assert int(planned[1]) == counted.verdict["http"]["requests"]
