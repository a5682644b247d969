"""A gateway in front of a healthy service is nobody's deviation: its answers are observed, the service is judged.

A few forms over the scenarios that a gateway can affect run by default; all forms over the whole suite run in `nox -s
gateways`.
"""

import os
from dataclasses import replace

import pytest

from tests.e2e.conftest import run
from tests.gateways import GATEWAYS, NOW_AND_THEN, now_and_then
from tests.troubled import (
    TroubledProxy,
    _shared_behind,  # noqa: F401 - a fixture
    answer,
    behind,  # noqa: F401 - a fixture
    sandbox_behind,
)

FEW = ("nginx", "Azure APIM", "F5", "AWS API Gateway", "a login")
BY_DAY = "test_errors or test_statuses"
TOUCHED = "test_authentication or test_errors or test_media or test_statuses or hostile or long"
OBSERVED = {"KOB-ERROR-011", "ELAN-ERROR-019"}
TOUCHED_BY_CHANCE = "test_periods or test_statuses or test_corpus"
EVIDENCE = ("no code or member of the API's own errors", "with an HTML page")
EVERYTHING = "PROVESTAND_GATEWAYS"
"""If set, every form is judged: over the whole suite, or with `few` over what a gateway can affect."""

is_nightly = bool(os.environ.get(EVERYTHING))


@pytest.mark.by_day(1)
@pytest.mark.parametrize("form", GATEWAYS if is_nightly else FEW)
def test_a_gateway_is_no_deviation(behind, tmp_path, form):  # noqa: F811
    behind.proxy.plan = GATEWAYS[form].plan()
    touched = f"{TOUCHED} or test_corpus" if is_nightly else BY_DAY
    chosen = [] if is_nightly and "few" not in os.environ[EVERYTHING] else ["--", "-k", touched]

    finished = run(tmp_path / "out", "--target", str(behind.target_file), *chosen)

    verdict = finished.verdict
    assert (finished.code, verdict["deviations"], verdict["problems"]) == (0, [], []), finished.stdout
    said = [o for o in verdict["observations"] if o["requirement"] in OBSERVED]
    assert {o["requirement"] for o in said} == OBSERVED
    assert any(words in o["answer"] for o in said for words in EVIDENCE)


BEHIND = {
    "kravogbetalinger/kode-missing": "KOB-ERROR-001",
    "kravogbetalinger/error-in-another-shape": "KOB-ERROR-001",
    "kravogbetalinger/errors-as-problem-json": "KOB-MEDIA-001",
    "utleggsbegjaering/errors-have-a-form-of-their-own": "ELAN-ERROR-001",
    "utleggsbegjaering/an-unknown-method-is-a-server-error": "ELAN-ROBUST-006",
}
"""Faults that look like a gateway's answer, and the requirement that each breaks."""
AT_RISK = "test_errors or test_input or test_periods or test_media or test_statuses"
HIDING = ("Spring Cloud Gateway", "one that validates requests, and adds nothing", "one that echoes the id of the call")
"""Gateways whose answers are hard to distinguish from the service's."""


@pytest.mark.by_day(1)
@pytest.mark.parametrize("form", HIDING)
@pytest.mark.parametrize("fault", BEHIND)
def test_a_fault_is_caught_behind_a_gateway(tmp_path, form, fault):
    """What the gateway passes on is the service's; no gateway refuses what only the service can know."""
    api = fault.partition("/")[0]
    gateway = replace(GATEWAYS[form], kinds=frozenset({"no token", "bad token"}))
    with sandbox_behind(TroubledProxy(), "--fault", fault) as faulty:
        faulty.proxy.plan = gateway.plan()
        chosen = ("--api", api, "--suite", "scenarios", "--", "-k", AT_RISK)

        finished = run(tmp_path / "out", "--target", str(faulty.target_file), *chosen)

    assert BEHIND[fault] in finished.failed, finished.stdout


SHUT_OUT = {
    "kravogbetalinger/token-serves-once": "KOB-AUTH-010",
    "kravogbetalinger/first-scope-counts": "KOB-AUTH-020",
    "utleggsbegjaering/a-token-serves-one-call": "ELAN-AUTH-012",
}
"""Faults that lock out callers with access."""


@pytest.mark.by_day(1)
@pytest.mark.parametrize("fault", SHUT_OUT)
def test_who_has_a_right_to_enter_and_is_shut_out_in_a_gateways_words_is_a_deviation(tmp_path, fault):
    api = fault.partition("/")[0]
    with sandbox_behind(TroubledProxy(), "--fault", fault) as faulty:
        faulty.proxy.plan = GATEWAYS["bare, header names in lower case"].plan()

        finished = run(tmp_path / "out", "--target", str(faulty.target_file), "--api", api, "--", "-k", "authentic")

    assert SHUT_OUT[fault] in finished.failed, finished.stdout


@pytest.mark.nightly
@pytest.mark.parametrize("form", NOW_AND_THEN if is_nightly else ["a route that is being deployed"])
def test_what_somebody_answers_now_and_then_is_no_deviation(behind, tmp_path, form):  # noqa: F811
    """Every seventh call: one that changes something is not sent again, and some are not judged."""
    behind.proxy.plan = now_and_then(NOW_AND_THEN[form], one_in=7)
    chosen = [] if is_nightly and "few" not in os.environ[EVERYTHING] else ["--", "-k", TOUCHED_BY_CHANCE]

    finished = run(tmp_path / "out", "--target", str(behind.target_file), *chosen)

    assert (finished.verdict["deviations"], finished.code in {0, 3}) == ([], True), finished.stdout


def judged(finished) -> dict[str, dict]:
    return {entry["id"]: entry for entry in finished.verdict["requirements"]}


@pytest.mark.nightly
def test_a_refusal_by_anybody_keeps_what_asks_for_one_and_the_code_is_not_judged(behind, tmp_path):  # noqa: F811
    behind.proxy.plan = GATEWAYS["bare, header names in lower case"].plan()

    finished = run(tmp_path / "out", "--target", str(behind.target_file), "--requirement", "KOB-AUTH-008")

    requirements = judged(finished)
    assert requirements["KOB-AUTH-008"]["status"] == "passed"
    assert requirements["KOB-CODE-004"]["status"] == "not_run"
    assert requirements["KOB-CODE-004"]["reason"].startswith("answered in front of the service: ")


UNKNOWN = {"KOB-CODE-009": b"KB-009", "KOB-CODE-007": b"KB-007"}


@pytest.mark.by_day(1)
@pytest.mark.parametrize("requirement", UNKNOWN)
@pytest.mark.parametrize("status", [403, 404])
def test_what_only_the_service_can_know_is_its_own_breach(behind, tmp_path, requirement, status):  # noqa: F811
    """The same page that comes from a gateway elsewhere."""
    page = b"<html><body>Not found</body></html>"

    def plan(asked):
        def give(proxy, connection, asked):
            whole = proxy.fetched(asked.octets)
            mine = answer(status, page, "text/html")
            mine(proxy, connection, asked) if UNKNOWN[requirement] in whole else connection.sendall(whole)

        return give

    behind.proxy.plan = plan

    finished = run(tmp_path / "out", "--target", str(behind.target_file), "--requirement", requirement)

    assert finished.code == 1
    assert {"KOB-ERROR-001"} <= set(finished.failed)


@pytest.mark.nightly
def test_a_bare_200_breaks_that_an_expired_token_is_refused(behind, tmp_path):  # noqa: F811
    def plan(asked):
        def give(proxy, connection, asked):
            whole = proxy.fetched(asked.octets)
            answer(200, b"", "")(proxy, connection, asked) if b" 401 " in whole[:16] else connection.sendall(whole)

        return give

    behind.proxy.plan = plan

    finished = run(tmp_path / "out", "--target", str(behind.target_file), "--requirement", "KOB-AUTH-008")

    assert (finished.code, "KOB-AUTH-008" in finished.failed) == (1, True)
