"""`provestand drift` as a user sees it: exit codes, standard output, one line for each error."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

DOCUMENT = """\
openapi: 3.0.3
info: {title: Bøker, version: '1'}
paths:
  /boeker:
    get:
      responses:
        '200': {description: x, content: {application/json: {schema: {type: object, properties: {a: {type: string}}}}}}
"""


@pytest.fixture
def pair(tmp_path: Path) -> tuple[str, str]:
    (tmp_path / "old.yaml").write_text(DOCUMENT, encoding="utf-8")
    (tmp_path / "new.yaml").write_text(DOCUMENT.replace("string", "integer"), encoding="utf-8")
    return "old.yaml", "new.yaml"


def test_a_breaking_change_ends_with_1(provestand, pair):
    finished = provestand("drift", *pair)

    assert (finished.code, finished.stderr) == (1, "")
    assert "breaking type-widened: GET /boeker response 200 (application/json): a: string became integer" in (
        finished.stdout.replace("type string", "string")
    )


@pytest.mark.parametrize(
    ("threshold", "code"), [("breaking", 1), ("warning", 1), ("any", 1), ("none", 0)], ids=["b", "w", "a", "n"]
)
def test_the_threshold_decides(provestand, pair, threshold, code):
    assert provestand("drift", *pair, "--fail-on", threshold).code == code


def test_a_document_against_itself_ends_with_0_even_for_any(provestand, pair):
    finished = provestand("drift", pair[0], pair[0], "--fail-on", "any")

    assert finished.code == 0
    assert finished.stdout.endswith("0 breaking, 0 warnings, 0 compatible; proved equal; policy skatteetaten\n")


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_standard_output_is_data(provestand, pair, form):
    finished = provestand("drift", *pair, "--format", form)

    assert finished.stderr == ""
    assert json.loads(finished.stdout)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ([], "Error: Name two documents (provestand drift OLD NEW),"),
        (["old.yaml"], "Error: Name two documents (provestand drift OLD NEW),"),
        (
            ["old.yaml", "gone.yaml"],
            "Error: gone.yaml: it cannot be read (No such file or directory). Name a file that exists.",
        ),
        (["old.yaml", "bad.yaml"], "Error: bad.yaml: it is not an OpenAPI document (no `openapi: 3.…` at its root)."),
        (
            ["old.yaml", "new.yaml", "--policy", "lax"],
            "Error: --policy lax: neither skatteetaten or strict nor a file.",
        ),
        (
            ["--explain", "enum-narrow"],
            "Error: --explain enum-narrow: there is no such rule. Did you mean enum-narrowed",
        ),
        (["--observed", "gone.har"], "Error: gone.har: it cannot be read (No such file or directory)."),
        (["--documented", "gone.md"], "Error: gone.md: it cannot be read (No such file or directory)."),
        (["old.yaml", "new.yaml", "--observed", "x.har"], "Error: Name two documents"),
    ],
)
def test_wrong_input_is_one_line_and_2(provestand, pair, tmp_path, arguments, problem):
    (tmp_path / "bad.yaml").write_text("a: 1\n")

    finished = provestand("drift", *arguments)

    assert (finished.code, finished.stdout) == (2, "")
    assert finished.stderr.splitlines()[-1].startswith(problem)


def test_a_rule_is_explained_with_its_example(provestand):
    finished = provestand("drift", "--explain", "max-length-narrowed")

    assert finished.code == 0
    assert finished.stdout == (
        "max-length-narrowed: maxLength: values that were accepted are refused.\n"
        "breaking in request, compatible in response (policy strict); mirror max-length-widened\n"
        "found in two documents\n"
        "old:\n{type: string, maxLength: 5}\n"
        "new:\n{type: string, maxLength: 3}\n"
    )


def test_every_rule_is_listed(provestand):
    finished = provestand("drift", "--explain", "all")

    assert finished.code == 0
    assert len(finished.stdout.splitlines()) > 100
    assert "operation-removed" in finished.stdout


def test_a_change_of_a_pinned_api_names_requirements_and_scenarios(provestand, repository, tmp_path):
    pinned = repository / "specs" / "kravogbetalinger" / "v1" / "openapi.yaml"
    changed = tmp_path / "new.yaml"
    changed.write_text(pinned.read_text(encoding="utf-8").replace("partIdentifikator", "partId"), encoding="utf-8")

    finished = provestand("drift", str(pinned), str(changed), "--format", "json")

    findings = json.loads(finished.stdout)["findings"]
    about = [finding for finding in findings if "partIdentifikator" in finding["message"]]
    assert about
    assert all("KOB-MODEL-003" in finding["requirements"] for finding in about)
    assert any(finding["scenarios"] for finding in about)


def test_recorded_traffic_is_held_against_the_pinned_document(provestand, tmp_path):
    body = {"kode": "KB-007", "melding": "x", "korrelasjonsid": "y", "ny": 1}
    url = "https://api.skatteetaten-test.no/v1/finans/212201782/krav?fraOgMed=2024-01-01&tilOgMed=2024-01-31"
    entry = {
        "startedDateTime": "2026-01-01T00:00:00Z",
        "time": 1,
        "request": {"method": "GET", "url": url, "headers": []},
        "response": {
            "status": 418,
            "headers": [{"name": "Content-Type", "value": "application/json"}],
            "content": {"text": json.dumps(body)},
        },
    }
    (tmp_path / "browser.har").write_text(json.dumps({"log": {"entries": [entry]}}))

    finished = provestand("drift", "--observed", "browser.har", "--format", "json", "--fail-on", "warning")

    (finding,) = json.loads(finished.stdout)["findings"]
    assert finished.code == 1
    assert (finding["rule"], finding["seen"]) == ("error-status-added", 1)
    assert finding["message"].endswith("answered with 418, which is not documented")


def test_two_recordings_are_compared_as_recordings_and_without_answers_nothing_was_judged(provestand, tmp_path):
    (tmp_path / "old.har").write_text('{"log": {"entries": []}}')

    finished = provestand("drift", "old.har", "old.har")

    assert finished.code == 3
    assert "0 answers compared with 0" in finished.stdout


def har_entry(**changes):
    request = {"method": "GET", "url": "https://api.example.test/a", "headers": []}
    response = {"status": 200, "headers": [], "content": {"text": "{}", "mimeType": "application/json"}}
    return {"request": request, "response": response, **changes}


ABORTED = {"status": 0, "headers": [], "content": {"size": 0, "mimeType": "x-unknown"}}


def test_entries_without_an_exchange_are_counted(provestand, tmp_path):
    entries = [har_entry(), har_entry(response=ABORTED), har_entry(response=ABORTED), har_entry(response=None)]
    for name in ("old.har", "new.har"):
        (tmp_path / name).write_text(json.dumps({"log": {"entries": entries}}))
    (tmp_path / "a.yaml").write_text(
        "{openapi: 3.0.3, info: {title: A, version: '1'}, paths: {/a: {get: {responses: {'200': {description: x}}}}}}"
    )

    observed = provestand("drift", "a.yaml", "--observed", "old.har", "--format", "json")
    compared = provestand("drift", "old.har", "new.har", "--format", "json")

    aborted = "2 entries were not judged: without an answer (aborted, blocked or from a cache)."
    unread = "1 entry was not judged: without a request and response that can be read."
    assert json.loads(observed.stdout)["summary"]["notes"] == [aborted, unread]
    assert json.loads(compared.stdout)["summary"]["notes"] == [
        *(f"old.har: {told}" for told in (aborted, unread)),
        *(f"new.har: {told}" for told in (aborted, unread)),
    ]


def test_a_recording_of_aborted_calls_alone_is_3(provestand, pair, tmp_path):
    (tmp_path / "aborted.har").write_text(json.dumps({"log": {"entries": [har_entry(response=ABORTED)]}}))

    finished = provestand("drift", "old.yaml", "--observed", "aborted.har")

    assert finished.code == 3
    assert "The recording has no API responses." in finished.stdout
    assert "1 entry was not judged" in finished.stdout


def test_a_page_is_compared_with_the_catalogue(provestand, tmp_path):
    (tmp_path / "page.md").write_text("| KB-001 | 500 |\n| KB-999 | 418 |\n")

    finished = provestand("drift", "--documented", "page.md", "--fail-on", "warning")

    assert finished.code == 1
    assert "warning error-code-new: KB-999 with 418 is not in errors.toml" in finished.stdout
    assert "KB-002 is not on the page" in finished.stdout


LEAK = """\
openapi: 3.0.3
info: {title: Bøker, version: '1'}
paths:
  /boeker:
    get:
      responses:
        '200': {description: x, content: {application/json: {schema: {$ref: '../secret.json'}}}}
"""


@pytest.fixture
def leak(tmp_path: Path) -> tuple[str, str]:
    (tmp_path / "sub").mkdir()
    (tmp_path / "secret.json").write_text('{"auth": {"token": "hemmelig"}, "type": "string"}')
    (tmp_path / "sub" / "new.yaml").write_text(LEAK, encoding="utf-8")
    (tmp_path / "sub" / "old.yaml").write_text(
        LEAK.replace("{$ref: '../secret.json'}", "{type: object}"), encoding="utf-8"
    )
    return "sub/old.yaml", "sub/new.yaml"


def test_a_reference_that_leaves_the_documents_folder_is_refused_with_its_place(provestand, leak):
    finished = provestand("drift", *leak)

    assert (finished.code, finished.stdout) == (2, "")
    place = "#/paths/~1boeker/get/responses/200/content/application~1json/schema"
    assert f"Error: sub/new.yaml: {place} refers to ../secret.json, which is outside " in finished.stderr


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html", "sarif"])
def test_with_a_root_it_is_read_and_no_value_of_an_unknown_keyword_is_shown(provestand, leak, form):
    finished = provestand("drift", *leak, "--root", ".", "--format", form)

    assert finished.code == 1
    assert "type-widened" in finished.stdout
    assert "hemmelig" not in finished.stdout + finished.stderr


def test_a_recording_of_something_else_is_3(provestand, pair, tmp_path):
    (tmp_path / "old.har").write_text('{"log": {"entries": []}}')

    finished = provestand("drift", pair[0], "--observed", "old.har")

    assert finished.code == 3
    assert "nothing was judged" in finished.stdout


def test_a_budget_is_a_number_of_seconds(provestand, pair):
    assert provestand("drift", *pair, "--budget", "5").code == 1
    assert provestand("drift", *pair, "--budget", "0").code == 2


def test_two_documents_are_compared_without_what_only_contracts_need(pair, tmp_path):
    """jsonschema-rs takes longer to load than most documents take to compare."""
    command = [sys.executable, "-X", "importtime", "-m", "harness", "drift", *pair]

    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert done.returncode == 1
    assert "harness.drift.comparison.pipeline" in loaded
    assert loaded.isdisjoint({"pydantic", "jsonschema", "httpx", "pytest"})
