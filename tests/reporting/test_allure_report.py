"""Allure's report contains every scenario once, and shows what was sent and received in a failed one."""

import json
import os
import re
import shutil

import pytest

from harness.reporting.allure_report import FILE, pinned_version
from tests import prepared


def report(*arguments, path=None):
    environment = os.environ | ({"PATH": path} if path is not None else {})
    return prepared.run("report", *arguments, env=environment)


@pytest.fixture(scope="module")
def built(failed_run, healthy_run, tmp_path_factory):
    """A folder with `before` and `after`, whose reports share one history."""
    folder = tmp_path_factory.mktemp("allure")
    for name, run in (("before", healthy_run), ("after", failed_run)):
        shutil.copytree(run, folder / name)
        ended = report(folder / name, "--allure", "--history", folder / "kept" / "history.jsonl")
        assert ended.returncode == 0
        if "no Allure report" in ended.stderr:
            pytest.skip(ended.stderr.strip())
    return folder


def runs_of(built):
    return [json.loads(line) for line in (built / "kept" / "history.jsonl").read_text().splitlines()]


@pytest.fixture
def shown(built, browser):
    """The report of the failed run, opened."""
    page = browser.new_page()
    page.goto((built / "after" / FILE).as_uri())
    page.set_default_timeout(120_000)
    page.get_by_placeholder("Search tests").wait_for()
    yield page
    page.close()


@pytest.mark.nightly
def test_every_scenario_stands_in_the_report_once(built):
    """allure-pytest has been known to merge parametrised items into one, and a failure with them."""
    results = [json.loads(path.read_text()) for path in (built / "after" / "allure-results").glob("*-result.json")]
    verdict = json.loads((built / "after" / "verdict.json").read_text())
    notable = [finding for finding in verdict["observed_drift"] if finding["severity"] != "compatible"]
    told = verdict["counts"]["scenarios"] + len(notable)

    assert len(results) == len({result["historyId"] for result in results}) == told
    assert told == len(runs_of(built)[-1]["testResults"])  # Allure's own count


@pytest.mark.nightly
def test_the_page_asks_nobody_for_anything_and_is_small(built, browser):
    page, asked, said = browser.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    address = (built / "after" / FILE).as_uri()

    page.goto(address)
    page.get_by_placeholder("Search tests").wait_for(timeout=120_000)

    assert [url for url in asked if not url.startswith(("data:", "blob:"))] == [address]
    assert said == []
    assert (built / "after" / FILE).stat().st_size < 8_000_000
    page.close()


@pytest.mark.nightly
def test_the_tree_is_epic_feature_story(shown):
    text = " ".join(shown.inner_text("body").split())

    epic, feature = text.index("Krav og betalinger API"), text.index(" Consent ")
    assert epic < feature < text.index("KOB-CONSENT-001 With the consent of the organisation asked about")


@pytest.mark.nightly
def test_a_failed_case_shows_request_response_and_curl(shown):
    shown.get_by_text("A call without a token is refused [aapnekrav]").first.click()
    shown.get_by_text("Test body").wait_for()
    shown.get_by_text("→ 401").first.click()
    shown.get_by_text("curl", exact=True).last.click()

    shown.get_by_text("curl --include --request GET http://127.0.0.1").wait_for()
    text = shown.inner_text("body")
    assert re.search(r"GET http://127\.0\.0\.1:\d+/finans/\d{9}/aapnekrav HTTP/1\.1", text)
    assert "HTTP/1.1 401" in text
    assert '"kode": "KB-999"' in text
    assert "deviation KOB-CODE-004" in text
    assert "Kontrakten er brutt" in text


@pytest.mark.nightly
def test_the_history_knows_a_scenario_again(built):
    before, after = [
        {key for key, result in run["testResults"].items() if "#test_" in result["fullName"]} for run in runs_of(built)
    ]

    assert before == after != set()


@pytest.mark.nightly
def test_the_same_run_twice_is_one_run_of_the_history(built):
    history = built / "kept" / "history.jsonl"
    before = len(history.read_text().splitlines())

    report(built / "after", "--allure", "--history", history)

    assert before == len(history.read_text().splitlines())


def test_without_node_all_else_is_made(failed_run, tmp_path):
    folder = shutil.copytree(failed_run, tmp_path / "out")
    (folder / "report.html").unlink()

    ended = report(folder, "--html", "--allure", path=str(tmp_path))

    assert (ended.returncode, ended.stdout) == (0, f"{folder / 'report.html'}\n")
    assert ended.stderr == (
        "no Allure report: Node is not installed. Get Node 20 or later (https://nodejs.org), "
        "or read report.html, which has the same content.\n"
    )


def test_a_spoiled_history_is_told_by_its_line_and_left_alone(failed_run, tmp_path):
    if shutil.which("node") is None:
        pytest.skip("Node is not installed")
    folder = shutil.copytree(failed_run, tmp_path / "out")
    history = tmp_path / "history.jsonl"
    history.write_text('{"name": "a"}\n{"name": \n')

    ended = report(folder, "--allure", "--history", history)

    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1].startswith(f"Error: {history}:2: not a run in Allure's history format.")
    assert history.read_text() == '{"name": "a"}\n{"name": \n'
    assert not (folder / FILE).exists()


def test_the_version_is_pinned_exactly():
    assert re.fullmatch(r"3\.\d+\.\d+", pinned_version())
