"""A client run has all the reports of a run, each judged as its reader would."""

import json
import re
import signal
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile

import pytest

from tests.clients.conftest import REFERENCE, run, verdict_in

CHOSEN = "gets_in or one_token"
LIAR = f"{REFERENCE} --misbehave audience-is-the-token-endpoint"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("client")


@pytest.fixture(scope="module")
def liar(place):
    """The results of a client that breaks one promise, with every report made from them."""
    done = run("client", "--drive", LIAR, "--card", "json", "--out", "liar", "--", "-k", CHOSEN, cwd=place)
    made = run("report", "liar", "--summary", "nb", "--bundle", "--sarif", "--gitlab", cwd=place)
    assert (done.returncode, made.returncode) == (1, 0), done.stderr + made.stderr
    return place / "liar", done, made


@pytest.fixture(scope="module")
def honest(place):
    done = run("client", "--drive", REFERENCE, "--out", "honest", "--", "-k", CHOSEN, cwd=place)
    assert done.returncode == 0
    return place / "honest"


CANNOT = """
import json, sys
for line in sys.stdin:
    message = json.loads(line)
    outcome = "cannot" if message["do"] == "call" else "done"
    print(json.dumps({"seq": message["seq"], "outcome": outcome}), flush=True)
"""


@pytest.fixture(scope="module")
def silent(place, honest):
    """The results of a client that never does what it is asked, with every report made from them."""
    (place / "cannot.py").write_text(CANNOT)
    drive = f"{sys.executable} cannot.py"
    done = run("client", "--drive", drive, "--out", "silent", "--", "-k", CHOSEN, cwd=place)
    formats = ("--github", "--ctrf", "--html")
    made = run("report", "silent", *formats, cwd=place)
    nb, en = (run("report", "silent", "--summary", language, cwd=place) for language in ("nb", "en"))
    gates = [run("gate", "honest", "silent", "--format", form, cwd=place) for form in ("text", "markdown")]
    assert [each.returncode for each in (done, made, nb, en, *gates)] == [3, 0, 0, 0, 1, 1], made.stderr
    allure = [path.read_text() for path in (place / "silent" / "allure-results").glob("*-result.json")]
    files = ("report.html", "junit.xml", "job-summary.md", "ctrf.json", "summary.en.md", "summary.nb.md")
    told = {name: (place / "silent" / name).read_text() for name in files}
    return told | {
        "the terminal": done.stdout + done.stderr,
        "allure": "".join(allure),
        "gate text": gates[0].stdout,
        "gate markdown": gates[1].stdout,
    }


WORDS = {"summary.nb.md": "ikke vist", "job-summary.md": "| not shown |", "gate text": "newly not shown"}


def test_what_was_not_provoked_has_one_name_in_every_output(silent):
    assert [name for name, text in silent.items() if WORDS.get(name, "not shown") not in text] == []


def test_what_was_not_provoked_has_no_other_name(silent):
    """Except for what nobody reads: style sheets, and `rawStatus` of CTRF, which has the word from verdict.json."""
    hidden = re.compile('"rawStatus": "[a-z_]*"|<style>.*?</style>|class="[^"]*"', re.DOTALL)
    read = {name: hidden.sub("", text) for name, text in silent.items()}
    others = re.compile(r"not[ _]run\b|not[ _]testable\b|newly untested|ikke kjørt|ikke testbart|\d er ikke testet")
    assert {name: others.findall(text) for name, text in read.items() if others.search(text)} == {}


def test_nothing_of_it_is_green(silent):
    root = ET.fromstring(silent["junit.xml"])
    ctrf = json.loads(silent["ctrf.json"])["results"]["tests"]

    assert all(case.find("skipped") is not None for case in root.iter("testcase"))
    assert {test["status"] for test in ctrf} == {"skipped"}
    assert '<span class="mark passed">' not in silent["report.html"]
    assert "mark not_shown" in silent["report.html"]


def test_the_card_is_printed_for_programs(liar):
    _, done, _ = liar
    card, _ = json.JSONDecoder().raw_decode(done.stdout[done.stdout.index("{") :])

    assert {"issuer", "client_id", "apis", "parties", "key", "kid"} <= card.keys()
    assert card["apis"]["kravogbetalinger"]["base_url"].startswith("http://127.0.0.1:")
    assert any("owns the client" in text for party in card["parties"] for text in party["special"])


def test_the_page_shows_the_broken_promise(liar):
    text = (liar[0] / "report.html").read_text()

    assert "MASK-GRANT-001" in text
    assert "the vendor&#39;s own system" in text


def test_junit_and_allure_show_the_failed_scenario(liar):
    folder, _, _ = liar
    cases = ET.parse(folder / "junit.xml").getroot().iter("testcase")
    results = [json.loads(path.read_text()) for path in (folder / "allure-results").glob("*-result.json")]

    assert [case.get("name") for case in cases if case.find("failure") is not None]
    assert "failed" in {each["status"] for each in results}


def test_the_evidence_of_a_broken_promise_is_the_call_that_breaks_it(liar):
    """Not the metadata or uploads that came before it: in the verdict and in Allure."""
    folder, _, _ = liar
    found = {entry["id"]: entry for entry in verdict_in(folder)["requirements"]}
    results = [json.loads(path.read_text()) for path in (folder / "allure-results").glob("*-result.json")]
    attached = [each for result in results if result["status"] == "failed" for each in result["attachments"]]

    assert found["MASK-GRANT-001"]["evidence"][0]["request"].endswith("/maskinporten/token")
    assert found["MASK-GRANT-001"]["evidence"][0]["status"] == 400
    assert attached[0]["name"] == "MASK-GRANT-001: POST /maskinporten/token → 400"
    assert "grant_type" in (folder / "allure-results" / attached[0]["source"]).read_text()


@pytest.mark.nightly
def test_the_evidence_of_a_change_is_the_change(place):
    drive = f"{REFERENCE} --misbehave a-change-holds-only-what-changed"
    run("client", "--drive", drive, "--requirement", "ELAN-CLIENT-020", "--out", "change", cwd=place)

    found = {entry["id"]: entry for entry in verdict_in(place / "change")["requirements"]}
    first = found["ELAN-CLIENT-020"]["evidence"][0]
    assert (first["operation"], first["request"].partition(" ")[0], first["status"]) == ("endreBegjaering", "PUT", 400)
    told = [entry for entry in verdict_in(place / "change")["deviations"] if entry["requirement"] == "ELAN-CLIENT-020"]
    assert {entry["operation"] for entry in told} == {"endreBegjaering"}
    assert any("without begjaeringensTvangsgrunnlag" in entry["actual"] for entry in told)


def test_sarif_names_the_promise(liar):
    [path] = liar[0].glob("*.sarif")
    [found] = json.loads(path.read_text())["runs"]

    assert [each["ruleId"] for each in found["results"]] == ["MASK-GRANT-001"]


def test_the_log_holds_the_clients_calls(liar):
    entries = json.loads((liar[0] / "exchanges.har").read_text())["log"]["entries"]

    assert any(each["request"]["url"].endswith("/maskinporten/token") for each in entries)
    assert any("client under test" in each.get("comment", "") for each in entries)


def test_the_bundle_holds_summary_verdict_and_log(liar):
    [path] = liar[0].glob("*.zip")
    with zipfile.ZipFile(path) as bundle:
        names = {name.rpartition("/")[2] for name in bundle.namelist()}

    assert {"verdict.json", "summary.nb.md", "exchanges.har"} <= names


def test_what_was_not_provoked_is_not_shown_and_never_green(liar):
    """Two scenarios about the token issuer show nothing about how the client handles errors of an API."""
    text = (liar[0] / "summary.nb.md").read_text()
    own = text.partition("### Leverandørens eget system")[2].partition("## 4.")[0]
    rows = [row.split(" | ") for row in own.splitlines() if row.startswith("| ") and "Svar" not in row]

    assert len(rows) == 9
    assert {row[1] for row in rows if "Krav og betalinger" in row[0]} == {"Ikke vist, se vedlegg D"}
    assert [row[1] for row in rows if "Maskinporten" in row[0]] == ["Nei, se avvikene i vedlegg E"]
    missing = text.partition("### Ikke vist av leverandørens eget system")[2]
    assert "| KOB-CLIENT-012 |" in missing


def test_a_gate_fails_on_what_got_worse_only(place, honest, liar):
    worse, better = (run("gate", *pair, cwd=place) for pair in (("honest", "liar"), ("liar", "honest")))

    assert worse.returncode == 1
    assert "MASK-GRANT-001" in worse.stdout
    assert "not worse: 1 fixed" in better.stdout


def test_a_waiver_covers_a_known_deviation(place):
    (place / "waivers.toml").write_text(
        '[aud]\nrequirement = "MASK-GRANT-001"\noperation = "*"\nreason = "known"\n'
        'owner = "Anna"\nexpires = 2027-12-31\n'
    )
    done = run("client", "--drive", LIAR, "--waivers", "waivers.toml", "--out", "waived", "--", "-k", CHOSEN, cwd=place)

    [entry] = verdict_in(place / "waived")["deviations"]
    assert (done.returncode, entry["waived_by"]) == (0, "aud")


@pytest.mark.by_day(1)
@pytest.mark.parametrize(("level", "code"), [("should", 1), ("must", 0)])
def test_fail_on_says_which_level_fails(place, level, code):
    liar = f"{REFERENCE} --misbehave grants-without-jti"
    out = f"fail-on-{level}"
    done = run("client", "--drive", liar, "--fail-on", level, "--out", out, "--", "-k", CHOSEN, cwd=place)

    [entry] = verdict_in(place / out)["deviations"]
    assert (done.returncode, entry["requirement"]) == (code, "MASK-GRANT-005")


def test_a_merge_answers_steps_4_and_5_with_the_clients_own_evidence(place, honest):
    run("run", "--requirement", "KOB-TOTAL-002", "--out", "service", cwd=place)
    done = run("merge", "service", "honest", "--out", "both", cwd=place)
    run("report", "both", "--summary", "en", cwd=place)
    run("report", "service", "--summary", "en", cwd=place)

    text = (place / "both" / "summary.en.md").read_text()
    own = text.partition("### The vendor's own system (steps 4 and 5)")[2].partition("## 4.")[0]
    alone = (place / "service" / "summary.en.md").read_text()
    assert done.returncode == 0
    assert "| Access (step 2, a condition for step 5): Maskinporten | Partly" in own
    assert "| Error handling: " in own
    assert "Yes |" not in own
    assert "Not shown: the test covers only the service" in alone


def test_a_run_that_is_interrupted_keeps_what_it_found_and_is_completed(place, meeting):
    """Ctrl-C while the client works on a task that it never finishes."""
    path = place / "stuck.py"
    path.write_text(
        f"{meeting.code}\n"
        "import json, os, pathlib, subprocess, sys\n"
        f"client = subprocess.Popen({REFERENCE.split()!r}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)\n"
        "for line in sys.stdin:\n"
        "    if json.loads(line)['seq'] == 3 and not pathlib.Path('go').exists():\n"
        "        come()\n"
        "    client.stdin.write(line)\n"
        "    client.stdin.flush()\n"
        "    sys.stdout.write(client.stdout.readline())\n"
        "    sys.stdout.flush()\n"
    )
    drive = f"{sys.executable} {path}"
    command = [sys.executable, "-m", "harness", "client", "--drive", drive, "--patience", "200", "--out", "cut"]
    started = subprocess.Popen(
        [*command, "--", "-k", CHOSEN], cwd=place, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with meeting.with_(started):
        started.send_signal(signal.SIGINT)
        _, said = started.communicate(timeout=300)
    cut = verdict_in(place / "cut")
    (place / "go").touch()
    done = run("client", "--resume", "cut", cwd=place)

    whole = verdict_in(place / "cut")
    assert (started.returncode, cut["verdict"]) == (3, "inconclusive")
    assert cut["counts"]["scenarios"] in {1, 2}  # on a slow machine, the interrupted one has no result
    assert "Traceback" not in said
    assert (done.returncode, whole["verdict"], whole["counts"]["scenarios"]) == (0, "conformant", 2)
    assert {entry["actor"] for entry in whole["requirements"]} == {"client"}


def test_only_a_client_run_is_completed_as_one(place, honest):
    run("run", "--requirement", "KOB-TOTAL-002", "--out", "other", cwd=place)
    done = [run("client", "--resume", *given, cwd=place) for given in (["honest"], ["none"], ["honest", "--seed", "2"])]
    others = run("run", "--resume", "honest", cwd=place)

    assert [each.returncode for each in (*done, others)] == [2, 2, 2, 2]
    assert "complete" in done[0].stderr
    assert "remove --seed" in done[2].stderr
