"""What a user gets from `provestand run`, from the outside."""

import json
import re
import subprocess
import uuid
from xml.etree import ElementTree

import pytest
from stdnum.no import orgnr

from tests.e2e.conftest import PROVESTAND, run

API = "kravogbetalinger"
PERSON = re.compile(r"(?<![0-9a-f.])\d{11}(?![0-9a-f])")


def test_the_built_in_sandbox_is_conformant(clean_run):
    assert clean_run.code == 0, clean_run.stderr
    assert clean_run.verdict["verdict"] == "conformant"
    assert clean_run.verdict["deviations"] == []
    assert clean_run.verdict["problems"] == []


def test_every_must_requirement_is_judged_or_says_why_not(clean_run):
    silent = {
        entry["id"]: (entry["status"], entry["reason"])
        for entry in clean_run.verdict["requirements"]
        if entry["level"] == "must" and entry["status"] not in {"passed", "observed"}
    }

    assert {status for status, _ in silent.values()} <= {"not_testable"}
    assert all(reason for _, reason in silent.values())


NOT_SHOWN = {("utleggsbegjaering", "errors")}


def test_every_point_of_the_vendor_checklist_is_answered_yes(clean_run):
    """Except for an error that nothing provokes in a sandbox, as its reason says."""
    points = {
        (api, name): share
        for api, whole in clean_run.verdict["coverage"]["by_api"].items()
        for name, share in whole["points"].items()
    }

    assert {name for _, name in points} >= {"access", "flow", "errors", "validation", "responses"}
    assert {place for place, share in points.items() if share["judged"] < share["testable"]} <= NOT_SHOWN


def test_the_terminal_ends_with_the_verdict_and_the_paths_of_the_reports(clean_run):
    lines = clean_run.stdout.splitlines()

    assert any(line.startswith("conformant  target sandbox") for line in lines)
    for name in ("verdict.json", "junit.xml", "exchanges.har", "allure-results"):
        assert any(line.strip().endswith(f"out/{name}") for line in lines), name
        assert (clean_run.out / name).exists()


def test_every_theme_has_a_row_in_the_table(clean_run, repository):
    requirements = (repository / "specs/kravogbetalinger/requirements.toml").read_text()
    themes = set(re.findall(r'^theme = "(.*)"$', requirements, re.MULTILINE))
    themes = {theme for theme in themes if not theme.startswith("Client")}  # those belong to a client run

    assert [theme for theme in themes if f"  {theme} " not in clean_run.stdout] == []


def test_each_scenario_is_one_result_for_allure_and_one_case_for_junit(clean_run):
    """allure-pytest merges items that differ in nothing that it looks at: a failure could vanish in the merge."""
    results = [json.loads(path.read_text()) for path in clean_run.out.glob("allure-results/*-result.json")]
    cases = ElementTree.parse(clean_run.out / "junit.xml").getroot().iter("testcase")
    scenarios = clean_run.verdict["counts"]["scenarios"]

    assert len(list(cases)) == scenarios
    assert len(results) == scenarios
    assert len({result["historyId"] for result in results}) == scenarios


def test_a_result_of_allure_leads_from_api_to_requirement_to_evidence(clean_run):
    results = [json.loads(path.read_text()) for path in clean_run.out.glob("allure-results/*-result.json")]
    name = "kravogbetalinger.test_authentication#test_a_call_without_a_token_is_refused"
    one = next(result for result in results if name in result["fullName"] and "attachments" in result)
    labels = {(label["name"], label["value"]) for label in one["labels"]}
    attached = {
        attachment["name"]: (clean_run.out / "allure-results" / attachment["source"]).read_text()
        for attachment in one["attachments"]
    }

    assert {("epic", "Krav og betalinger API"), ("feature", "Authentication"), ("severity", "critical")} <= labels
    assert any(name == "story" and value.startswith("KOB-AUTH-001 ") for name, value in labels)
    assert [link["url"] for link in one["links"]]
    assert "curl --include --request GET" in attached["curl"]
    assert any("HTTP/1.1 401" in text and '"kode"' in text for text in attached.values())


@pytest.mark.by_day(1)
@pytest.mark.parametrize(("evidence", "shown"), [((), 1), (("--evidence", "all"), 4)], ids=["a sample", "all"])
def test_of_what_passed_a_sample_is_shown_unless_all_is_asked_for(tmp_path, evidence, shown):
    out = tmp_path / "out"
    run(out, "--requirement", "KOB-AUTH-001", *evidence, "--", "-k", "test_a_call_without_a_token_is_refused")

    results = [json.loads(path.read_text()) for path in out.glob("allure-results/*-result.json")]
    assert {result["status"] for result in results} == {"passed"}
    assert sum("attachments" in result for result in results) == shown <= len(results)


def test_the_recording_holds_every_call(clean_run):
    entries = json.loads((clean_run.out / "exchanges.har").read_text())["log"]["entries"]
    calls = [entry for entry in entries if entry["comment"] not in {"token issuer", "preflight"}]

    assert len(calls) == clean_run.verdict["http"]["requests"]


def test_nothing_secret_stands_in_any_file_of_a_run(clean_run):
    texts = {path: path.read_text(errors="replace") for path in clean_run.out.rglob("*") if path.is_file()}
    texts["stdout"], texts["stderr"] = clean_run.stdout, clean_run.stderr

    assert [str(place) for place, text in texts.items() if "eyJ" in text] == []
    assert [str(place) for place, text in texts.items() if PERSON.search(text)] == []


def test_at_most_five_calls_are_in_flight(clean_run):
    assert clean_run.verdict["http"]["max_in_flight"] <= 5


@pytest.mark.nightly
def test_a_swapped_code_is_named_by_what_it_breaks_and_nothing_else(lying, tmp_path):
    """KB-004 becomes KB-005 in transit.

    Two requirements are broken: that of KB-004, and that each kode has its own status.
    """
    target = lying(lambda _, status, body: body.replace(b"KB-004", b"KB-005") if status == 401 else body)

    finished = run(tmp_path / "out", "--target", str(target), "--api", API)

    assert finished.code == 1
    assert finished.failed == ["KOB-CODE-004", "KOB-CODE-011"]
    assert "deviation KOB-CODE-004: An authentication error is KB-004 with 401." in finished.stdout
    assert "reproduce provestand run --target" in finished.stdout


@pytest.mark.nightly
def test_a_deviation_has_the_same_fingerprint_for_another_seed_and_organisation(lying, tmp_path):
    def without_a_message(path, status, body):
        return body.replace(b'"melding"', b'"tekst"') if status == 404 else body

    target = str(lying(without_a_message))

    first = run(tmp_path / "first", "--target", target, "--requirement", "KOB-CODE-009")
    second = run(tmp_path / "second", "--target", target, "--seed", "7", "--requirement", "KOB-ERROR-001")

    found = [{entry["fingerprint"] for entry in each.verdict["deviations"]} for each in (first, second)]
    assert first.code == second.code == 1
    assert found[0] <= found[1]
    assert found[0]


@pytest.mark.nightly
def test_a_run_in_two_workers_comes_to_the_same_verdict(tmp_path):
    """And makes hardly more calls: shared calls are made once."""
    finished, one = run(tmp_path / "out", "--workers", "2"), run(tmp_path / "one", "--workers", "1")

    results = list(finished.out.glob("allure-results/*-result.json"))
    assert finished.code == 0, finished.stderr
    assert finished.verdict["counts"] == one.verdict["counts"]
    assert len(results) == one.verdict["counts"]["scenarios"]
    assert finished.verdict["http"]["max_in_flight"] <= 5
    assert finished.verdict["http"]["requests"] <= 1.05 * one.verdict["http"]["requests"]


@pytest.mark.nightly
def test_workers_without_a_folder_named_share_the_default_one(tmp_path):
    command = [*PROVESTAND, "run", "--workers", "2", "--requirement", "KOB-AUTH-001"]

    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "reports" / "out").iterdir())) == 1


@pytest.mark.nightly
def test_the_suite_meets_a_sandbox_in_another_process(sandbox_file, tmp_path):
    finished = run(tmp_path / "out", "--target", str(sandbox_file))

    assert finished.code == 0, finished.stderr
    assert finished.verdict["target"] == str(sandbox_file)


def test_a_run_of_one_requirement_is_about_it_alone(tmp_path):
    finished = run(tmp_path / "out", "--requirement", "KOB-AUTH-005")

    statuses = {entry["id"]: entry["status"] for entry in finished.verdict["requirements"]}
    assert finished.code == 0
    assert finished.verdict["scope"] == "partial"
    assert statuses["KOB-AUTH-005"] == "passed"
    assert statuses["KOB-AUTH-008"] == "not_run"
    assert re.search(r"Conformant as far as judged: \d+ of ", finished.stdout)


@pytest.mark.nightly
def test_fuzz_repeats_with_the_seed_that_it_printed(tmp_path):
    first = run(tmp_path / "first", "--api", API, "--suite", "fuzz", "--max-examples", "5")
    seed = first.verdict["seed"]

    again = ("--api", API, "--suite", "fuzz", "--max-examples", "5", "--seed", str(seed))
    second = run(tmp_path / "second", *again)

    assert first.code == second.code == 0, first.stdout
    assert f"seed {seed}" in first.stdout
    assert urls(second) == urls(first)


def urls(finished) -> list[str]:
    entries = json.loads((finished.out / "exchanges.har").read_text())["log"]["entries"]
    calls = [entry["request"]["url"] for entry in entries if entry["comment"] not in {"token issuer", "preflight"}]
    return sorted(re.sub(r":\d+/", ":PORT/", url) for url in calls)


def test_generated_requests_go_without_a_token_where_the_case_took_it_away(clean_run):
    """If a token were restored where a case had removed it, every such case would pass."""
    entries = json.loads((clean_run.out / "exchanges.har").read_text())["log"]["entries"]
    generated = [
        entry for entry in entries if "scenarios/property/" in entry["comment"] or "test_corpus" in entry["comment"]
    ]
    bare = [
        entry for entry in generated if not {h["name"].lower() for h in entry["request"]["headers"]} & {"authorization"}
    ]

    assert len(bare) >= 4
    assert {entry["response"]["status"] for entry in bare} == {401}


def test_only_identifiers_that_the_target_names_are_sent_as_somebodys(clean_run, sandbox_file):
    """Nine random digits may be a real company's number."""
    known = set(re.findall(r"\b\d{9}\b", sandbox_file.read_text()))
    entries = json.loads((clean_run.out / "exchanges.har").read_text())["log"]["entries"]
    sent = {number for entry in entries for number in re.findall(r"/(\d{9})/", entry["request"]["url"])}

    assert {number for number in sent - known if orgnr.is_valid(number)} == set()


def test_a_service_that_refuses_everything_is_not_conformant(lying, tmp_path):
    """Generated requests that are all refused prove nothing: silence is no success."""
    refusal = b'{"kode": "KB-006", "melding": "Nei.", "korrelasjonsid": "%s"}'

    def refuse(path, status, body):
        return refusal % str(uuid.uuid4()).encode()

    target = lying(refuse, status=400)

    finished = run(tmp_path / "out", "--target", str(target), "--api", API, "--suite", "property")

    assert finished.code == 3, finished.stdout
    assert "no way in is open (finans: status 400 with KB-006)" in finished.stderr
