"""`provestand client`: a vendor's system is driven through client scenarios, over real processes."""

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from harness.clients.starters import starters
from tests import prepared
from tests.clients.conftest import REFERENCE, run, verdict_in

TOKENS = "gets_in or one_token"


@pytest.fixture
def driver(tmp_path):
    """Writes a driver in Python with these lines, and returns the command that starts it."""

    def write(text: str) -> str:
        path = tmp_path / "driver.py"
        path.write_text(f"import json, sys, time\n{text}\n")
        return f"{sys.executable} {path}"

    return write


def test_a_client_that_keeps_its_promises_is_conformant(tmp_path):
    done = run("client", "--drive", REFERENCE, "--out", "out", "--", "-k", TOKENS, cwd=tmp_path)

    found = verdict_in(tmp_path / "out")
    assert (done.returncode, found["verdict"], found["deviations"]) == (0, "conformant", [])
    assert found["target"] == "Prøvestand reference client 1"
    assert {entry["actor"] for entry in found["requirements"]} == {"client"}
    assert "conformant" in done.stdout


def test_a_broken_promise_is_a_deviation_with_the_call_that_shows_it(tmp_path):
    liar = f"{REFERENCE} --misbehave audience-is-the-token-endpoint"
    done = run("client", "--drive", liar, "--out", "out", "--", "-k", TOKENS, cwd=tmp_path)

    [entry] = verdict_in(tmp_path / "out")["deviations"]
    assert done.returncode == 1
    assert entry["requirement"] == "MASK-GRANT-001"
    assert entry["request"].endswith("/maskinporten/token")


CONNECT = 'message = json.loads(sys.stdin.readline()); print(json.dumps({"seq": 1, "outcome": "done"}), flush=True)'
BAD = {
    "no-json": ("print('hello', flush=True); sys.stdin.read()", "not JSON"),
    "megabytes": ("print('x' * 3_000_000, flush=True); sys.stdin.read()", "more than 1000000 bytes"),
    "dies": ("sys.exit(3)", "ended with exit code 3"),
    "silent": ("sys.stdin.read()", "did not answer within 2 s"),
    "another-seq": ('print(\'{"seq": 9, "outcome": "done"}\', flush=True); sys.stdin.read()', "answered seq 9"),
    "no-outcome": ("print('{\"seq\": 1}', flush=True); sys.stdin.read()", "outcome"),
}


@pytest.mark.by_day(3)
@pytest.mark.parametrize("how", [*BAD])
def test_a_driver_that_breaks_the_protocol_is_one_clear_line(tmp_path, driver, how):
    text, said = BAD[how]
    done = run("client", "--drive", driver(text), "--patience", "2", "--out", "out", cwd=tmp_path)

    assert done.returncode == 3
    assert said in done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_a_driver_that_dies_in_the_middle_loses_nothing_made_before(tmp_path, driver):
    """It answers its first task, and is gone at the second."""
    answer = 'task = json.loads(sys.stdin.readline()); print(json.dumps({"seq": 2, "outcome": "done"}), flush=True)'
    done = run("client", "--drive", driver(f"{CONNECT}\n{answer}"), "--out", "out", "--", "-k", TOKENS, cwd=tmp_path)

    found = verdict_in(tmp_path / "out")
    assert done.returncode == 3
    assert found["verdict"] == "inconclusive"
    assert any("ended" in problem for problem in found["problems"])
    assert found["counts"]["scenarios"] == 2


def test_what_a_client_cannot_do_is_not_testable(tmp_path, driver):
    loop = (
        "for line in sys.stdin:\n"
        "    message = json.loads(line)\n"
        "    outcome = 'cannot' if message['do'] == 'call' else 'done'\n"
        "    print(json.dumps({'seq': message['seq'], 'outcome': outcome}), flush=True)"
    )
    done = run("client", "--drive", driver(loop), "--out", "out", "--", "-k", TOKENS, cwd=tmp_path)

    statuses = {entry["status"] for entry in verdict_in(tmp_path / "out")["requirements"]}
    assert done.returncode == 3
    assert "passed" not in statuses
    assert "not_testable" in statuses


def test_without_a_terminal_a_person_cannot_drive(tmp_path):
    done = run("client", cwd=tmp_path)

    assert done.returncode == 2
    assert "--drive" in done.stderr


def test_a_recording_is_judged_without_starting_anything(tmp_path):
    request = {
        "method": "GET",
        "url": "https://kravogbetalinger.api.skatteetaten-test.no/v1/finans/310123455/krav?fraOgMed=2024-01-01&tilOgMed=2025-12-31",
        "httpVersion": "HTTP/1.1",
        "headers": [{"name": "Authorization", "value": "Bearer [redacted]"}, {"name": "Korrelasjonsid", "value": "17"}],
        "queryString": [],
        "cookies": [],
        "headersSize": -1,
        "bodySize": 0,
    }
    response = {
        "status": 400,
        "statusText": "",
        "httpVersion": "HTTP/1.1",
        "headers": [{"name": "Content-Type", "value": "application/json"}],
        "cookies": [],
        "content": {"size": 2, "mimeType": "application/json", "text": "{}"},
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": 2,
    }
    entry = {"startedDateTime": "2026-05-01T10:00:00Z", "time": 10, "request": request, "response": response}
    entry |= {"cache": {}, "timings": {"send": 0, "wait": 1, "receive": 0}}
    log = {"log": {"version": "1.2", "creator": {"name": "t", "version": "1"}, "entries": [entry]}}
    (tmp_path / "traffic.har").write_text(json.dumps(log))

    done = run("client", "--recorded", "traffic.har", "--out", "out", cwd=tmp_path)

    broken = {entry["requirement"] for entry in verdict_in(tmp_path / "out")["deviations"]}
    assert done.returncode == 1
    assert {"KOB-CLIENT-002", "KOB-CLIENT-025"} <= broken
    assert "MASK-TOKEN-010" not in broken


def test_a_client_run_joins_a_run_against_a_service(tmp_path):
    run("run", "--requirement", "KOB-TOTAL-002", "--out", "service", cwd=tmp_path)
    run("client", "--drive", REFERENCE, "--out", "client", "--", "-k", TOKENS, cwd=tmp_path)
    done = run("merge", "service", "client", "--out", "both", cwd=tmp_path)

    found = verdict_in(tmp_path / "both")
    assert done.returncode == 0
    assert {entry["actor"] for entry in found["requirements"]} == {"server", "client"}
    assert "Prøvestand reference client 1" in found["target"]


def jackson() -> str:
    """The location of Jackson, as installed by Debian's packages or Maven; empty if it is not installed."""
    places = (Path("/usr/share/java"), Path.home() / ".m2/repository/com/fasterxml/jackson/core")
    for place in places:
        for databind in sorted(place.glob("**/jackson-databind*.jar")):
            version = databind.stem.removeprefix("jackson-databind")
            jars = [next(place.glob(f"**/jackson-{name}{version}.jar"), None) for name in ("core", "annotations")]
            if all(jars):
                return ":".join(map(str, (databind, *jars)))
    return ""


STARTERS = {
    "python": ("driver.py", sys.executable),
    "node": ("driver.mjs", "node"),
    "shell": ("driver.sh", "bash"),
    "java": ("Driver.java", "java -cp {jackson}"),
}
NEEDED = {"python": (), "node": ("node",), "shell": ("jq", "curl", "openssl"), "java": ("java", "javac")}


@pytest.mark.by_day(1)
@pytest.mark.parametrize("language", [*STARTERS])
def test_a_starter_gets_in_looks_up_and_files(tmp_path, language):
    name, command = STARTERS[language]
    if any(shutil.which(tool) is None for tool in NEEDED[language]) or (language == "java" and not jackson()):
        pytest.skip(f"needs {' and '.join(NEEDED[language])}, and Jackson for Java")
    if language == "python":
        pytest.importorskip("requests")
    printed = run("client", "--starter", language, cwd=tmp_path)
    (tmp_path / name).write_text(printed.stdout)

    chosen = "gets_in or refusal_is_understood or nothing_found or begjaering_is_filed or multipart"
    drive = f"{command.format(jackson=jackson())} {name}"
    done = run("client", "--drive", drive, "--out", "out", "--", "-k", chosen, cwd=tmp_path)

    found = verdict_in(tmp_path / "out")
    filed = next(each for each in found["requirements"] if each["id"] == "ELAN-CLIENT-023")
    assert (done.returncode, found["deviations"]) == (0, [])
    assert filed["status"] == ("not_testable" if language == "shell" else "passed")


@pytest.mark.by_day(1)
@pytest.mark.parametrize("drive", [f"{sys.executable} driver.py", REFERENCE], ids=["the starter", "ours"])
def test_a_driver_reads_utf_8_on_a_terminal_of_another_encoding(tmp_path, drive):
    """As on Windows; the folder's name is in the message that it gets."""
    pytest.importorskip("requests")
    place = tmp_path / "på prøve"
    place.mkdir()
    (place / "driver.py").write_text(starters()["python"], encoding="utf-8")
    asked = ("client", "--drive", drive, "--out", "out", "--", "-k", "gets_in")

    done = prepared.run(*asked, cwd=place, env=os.environ | {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"})

    assert (done.returncode, verdict_in(place / "out")["deviations"]) == (0, []), done.stderr


@pytest.mark.parametrize("language", ["dotnet", "java", "node", "python", "shell"])
def test_a_starter_is_short_and_marks_the_place_for_ones_own_code(language):
    text = starters()[language]

    assert text.count("\n") < 100
    assert text.count("<-- call your own") == (1 if language == "shell" else 2)


@pytest.mark.by_day(1)
@pytest.mark.parametrize("name", ["grants-without-jti", "tokens-in-a-cookie", "only-the-first-condition-is-shown"])
def test_the_self_test_catches_a_client_by_what_it_breaks(tmp_path, name):
    done = run("selftest", "--clients", "--fault", name, "--workers", "1", "--out", "out", cwd=tmp_path)

    [row] = json.loads((tmp_path / "out" / "selftest.json").read_text())["faults"]
    assert (done.returncode, row["by_right_requirement"]) == (0, True)
