"""What a client run reports to the pages, and what a person answers there."""

import html
import re

import pytest

from tests.console.conftest import Seen
from tests.sandbox.conftest import running

TOLD = {
    "driven_by": "person",
    "scenarios": [
        {"id": "a::b", "title": "A token is used again.", "requirements": ["MASK-TOKEN-001"], "state": "running"},
        {"id": "a::c", "title": "A lost read is reported.", "requirements": ["KOB-CLIENT-005"], "state": "failed"},
    ],
    "task": {
        "question": "outcome",
        "scenario": "a::b",
        "api": "kravogbetalinger",
        "operation": "aapnekrav",
        "values": [["organisation", "313367002"], ["way", "finans"]],
    },
    "requirements": [
        {"id": "MASK-TOKEN-001", "level": "should", "text": "A client uses a token again.", "status": "failed"},
        {"id": "KOB-CLIENT-005", "level": "must", "text": "Waits.", "status": "not_shown", "reason": "no call"},
    ],
    "headline": "Not conformant: 1 warning",
}


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """A separate sandbox: once a run has reported to it, it judges from then on."""
    with running(tmp_path_factory.mktemp("board"), "--page") as sandbox:
        yield Seen(sandbox)


@pytest.fixture
def told(seen):
    """A client run in the middle of a task."""

    def put(**changes):
        answer = seen.http.put(f"{seen.base}/console/board", json=TOLD | changes)
        assert answer.status_code == 204, answer.text

    put()
    return put


@pytest.fixture
def asked(seen):
    return lambda: seen.http.get(f"{seen.base}/console/board/answer").json()


@pytest.mark.parametrize("language", ["en", "nb"])
def test_the_task_is_shown_with_the_values_to_enter(seen, told, language):
    page = seen.page(f"/?lang={language}")

    assert "313367002" in page and "finans" in page
    assert "A token is used again." in page
    assert {"en": "Let your system call aapnekrav", "nb": "La systemet ditt kalle aapnekrav"}[language] in page


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "en",
            "The scenario “Three look-ups in a row are made with one token.” is running. It needs the switches as they "
            "are;",
        ),
        ("nb", "Scenariet «Tre oppslag på rad gjøres med ett token.» pågår. Det trenger bryterne slik de står;"),
    ],
)
def test_while_a_scenario_is_on_the_switches_are_its_own_and_the_page_says_so(seen, told, language, sentence):
    told(scenarios=[TOLD["scenarios"][0] | {"title": "Three look-ups in a row are made with one token."}])
    seen.http.put(f"{seen.base}/sandbox/interventions", json=[{"do": "answer", "status": 503, "times": None}])
    kept = {"headers": {"Provestand-Key": "secret"}}
    seen.http.put(f"{seen.base}/sandbox/keeper", json={"key": "secret", "what": "a run is on"}, **kept)
    try:
        page = html.unescape(seen.page(f"/console/what-if?lang={language}"))
        answer = seen.press("reset", back=f"/?lang={language}")
        said = html.unescape(seen.page(answer.headers["location"]))
    finally:
        seen.http.delete(f"{seen.base}/sandbox/keeper", **kept)

    assert sentence in page and sentence in said and 'role="alert"' in said
    assert re.findall(r'<button[^>]*formaction="/console/do/(?!answer)[^>]*(?<! disabled)>', page) == []
    assert "/console/do/reset" not in page and "/console/do/intervention-off" not in page
    assert len(seen.switches()["interventions"]) == 1


@pytest.mark.parametrize("said", ["done", "refused", "failed", "cannot"])
def test_what_a_person_answers_is_told_to_the_run_once(seen, told, asked, said):
    told(task=TOLD["task"] | {"operation": f"krav for {said}"})

    seen.press("answer", said=said, message="Ingen treff", back="/")

    assert asked() == {"said": said, "message": "Ingen treff"}
    assert asked() is None


def test_what_was_answered_before_a_task_is_no_answer_to_it(seen, told, asked):
    seen.press("answer", said="done", back="/")

    told(task=TOLD["task"] | {"operation": "another"})

    assert asked() is None


def test_nobody_answers_where_a_program_drives(seen, told, asked):
    told(driven_by="program")

    answer = seen.press("answer", said="done", back="/")

    assert 'role="alert"' in seen.page(answer.headers["location"])
    assert asked() is None


@pytest.mark.parametrize("language", ["en", "nb"])
def test_the_verdict_so_far_is_shown_and_where_the_report_is_when_done(seen, told, language):
    told(task=None, folder="/reports/out/client")

    page = seen.page(f"/console/progress?lang={language}")

    assert "Not conformant: 1 warning" in page and "MASK-TOKEN-001" in page and "no call" in page
    assert "/reports/out/client" in page


def test_the_report_is_read_there_when_done_and_runs_nothing(seen, told):
    assert seen.http.get(f"{seen.base}/console/report").status_code == 404
    seen.http.put(f"{seen.base}/console/board/report", json={"html": "<!doctype html><h1>Conformant</h1>"})
    told(task=None, folder="/reports/out/client")

    answer = seen.http.get(f"{seen.base}/console/report")

    assert 'href="/console/report"' in seen.page("/") and 'href="/console/report"' in seen.page("/console/progress")
    assert answer.text == "<!doctype html><h1>Conformant</h1>"
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none';")


def test_what_the_run_found_in_a_call_is_shown_with_it(seen, told):
    seen.call()
    number = int(re.search(r'id="call-(\d+)"', seen.page("/console/calls"))[1])
    breach = {
        "seq": number,
        "requirement": "KOB-CLIENT-005",
        "level": "must",
        "text": "A client waits as long as Retry-After says.",
        "source": "Krav og betalinger API, 2025-09-02",
        "url": "javascript:alert(1)",
        "check": "retry_after_honoured",
        "aspect": "<b>",
        "expected": "a pause of 3 s",
        "actual": "0.1 s",
    }

    seen.http.post(f"{seen.base}/console/board/judgements", json={"judged": [number], "breaches": [breach]})

    page = html.unescape(seen.page(f"/console/calls/{number}"))
    assert "A client waits as long as Retry-After says." in page and "a pause of 3 s" in page
    assert "Wait as long as Retry-After says." in page
    assert 'href="javascript' not in page


@pytest.mark.parametrize("body", ["", "[]", '{"driven_by": "nobody"}', "{" * 2_000])
def test_what_no_run_tells_is_refused(seen, body):
    answer = seen.http.put(f"{seen.base}/console/board", content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 400
    assert answer.json().keys() == {"problem"}


@pytest.mark.parametrize("path", ["/console/board/judgements", "/console/board", "/console/board/report"])
def test_another_sites_page_tells_the_board_nothing(seen, path):
    sent = {"headers": {"Origin": "https://elsewhere.example"}, "json": TOLD}

    assert [seen.http.request(each, seen.base + path, **sent).status_code for each in ("PUT", "POST")] == [403, 403]
