"""`provestand run --recorded`: a recording is judged like a run, whatever tool made it."""

import base64
import gzip
import json
import re
import subprocess
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from harness.targets.embedded import running_sandbox
from tests.conftest import provestand
from tests.e2e.conftest import Finished, run
from tests.once import made_once

Entry = dict[str, Any]
SEEN = "(test_across or test_claims or test_totals or test_same) and 313367002"


@pytest.fixture(scope="session")
def recording(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> dict[str, Any]:
    """What one client asked of *Krav og betalinger*; it was refused once."""

    def make(folder: Path) -> None:
        run(folder / "out", "--api", "kravogbetalinger", "--suite", "scenarios", "--", "-k", SEEN)

    folder = made_once(tmp_path_factory, worker_id, "recording", make)
    return json.loads((folder / "out" / "exchanges.har").read_text())


@pytest.fixture
def judged(recording: dict[str, Any], tmp_path: Path) -> Callable[..., Finished]:
    """The verdict on the recording, with each entry rewritten first; an entry that becomes None is left out."""

    def judge(rewrite: Callable[[Entry], Entry | None], *arguments: str) -> Finished:
        changed = deepcopy(recording)
        entries = [rewrite(entry) for entry in changed["log"]["entries"]]
        changed["log"]["entries"] = [entry for entry in entries if entry is not None]
        file = tmp_path / "traffic.har"
        file.write_text(json.dumps(changed), encoding="utf-8")
        return finished(file, tmp_path / "out", *arguments)

    return judge


def finished(file: Path, out: Path, *arguments: str) -> Finished:
    done: subprocess.CompletedProcess[str] = provestand("run", "--recorded", file, "--out", out, *arguments)
    return Finished(done.returncode, done.stdout, done.stderr, out)


def passed(verdict: Finished) -> set[str]:
    return {entry["id"] for entry in verdict.verdict["requirements"] if entry["status"] == "passed"}


def as_it_is(entry: Entry) -> Entry:
    return entry


def content_of(entry: Entry) -> dict[str, Any]:
    return entry["response"]["content"]


def of_chrome(entry: Entry) -> Entry:
    """Without secrets, over HTTP/2, with its own members."""
    request = entry["request"]
    request["headers"] = [h for h in request["headers"] if h["name"] != "Authorization"]
    request["headers"] += [{"name": ":authority", "value": "x"}, {"name": ":path", "value": "/"}]
    request["httpVersion"] = entry["response"]["httpVersion"] = "http/2.0"
    return entry | {"_initiator": {"type": "fetch"}, "_priority": "High", "_resourceType": "fetch", "cache": {}}


def of_firefox(entry: Entry) -> Entry:
    content_of(entry)["encoding"] = "base64"
    return entry


def of_mitmproxy(entry: Entry) -> Entry:
    text = content_of(entry)["text"].encode()
    content_of(entry).update(text=base64.b64encode(text).decode(), encoding="base64")
    return entry


def of_charles(entry: Entry) -> Entry:
    """Still compressed."""
    packed = gzip.compress(content_of(entry)["text"].encode())
    content_of(entry).update(text=base64.b64encode(packed).decode(), encoding="base64")
    entry["response"]["headers"].append({"name": "Content-Encoding", "value": "gzip"})
    return entry


def of_insomnia(entry: Entry) -> Entry:
    """No response headers except the media type, and no times."""
    entry["response"]["headers"] = []
    return entry | {"startedDateTime": "", "time": None, "timings": {}}


def of_postman(entry: Entry) -> Entry:
    """Times are relative to the recording's beginning."""
    return entry | {"startedDateTime": 0.25, "time": "12"}


def of_whom_it_concerns(entry: Entry) -> Entry:
    """With private values replaced."""
    words = {"korrelasjonsid": "***", "partIdentifikator": "<redacted>", "kidNummer": "SLADDET"}
    ids = "11111111-1111-1111-1111-111111111111"
    text = content_of(entry).get("text", "")
    for name, word in words.items():
        text = re.sub(rf'("{name}":\s*)"[^"]*"', rf'\1"{word}"', text)
    content_of(entry)["text"] = re.sub(r'("kravidentifikator":\s*)"[^"]*"', rf'\1"{ids}"', text)
    return entry


@pytest.mark.by_day(1)
@pytest.mark.parametrize(
    "dialect", [as_it_is, of_chrome, of_firefox, of_mitmproxy, of_charles, of_insomnia, of_postman]
)
def test_a_recording_of_a_healthy_service_is_conformant_whoever_made_it(judged, dialect):
    verdict = judged(dialect)

    assert (verdict.code, verdict.verdict["deviations"]) == (0, [])
    assert {"KOB-MODEL-002", "KOB-TOTAL-003", "KOB-ACROSS-001", "KOB-CLAIM-001", "KOB-SAME-001"} <= passed(verdict)
    told = {entry["id"]: (entry["status"], entry["reason"]) for entry in verdict.verdict["requirements"]}
    assert told["KOB-INPUT-005"] == ("not_run", "the recording does not show it")
    assert verdict.verdict["scope"] == "partial"
    assert (verdict.out / "report.html").is_file()


def test_what_somebody_took_out_of_a_recording_accuses_nobody(judged):
    verdict = judged(of_whom_it_concerns)

    assert (verdict.code, verdict.verdict["deviations"]) == (0, [])
    assert {"KOB-MODEL-002", "KOB-TOTAL-003"} <= passed(verdict)


def test_an_answer_that_contradicts_itself_is_a_deviation(judged):
    def one_krone_more(entry: Entry) -> Entry:
        if entry["request"]["url"].endswith("/aapnekrav") and '"totalOversikt"' in content_of(entry)["text"]:
            body = json.loads(content_of(entry)["text"])
            body["totalOversikt"]["saldo"] += 1
            content_of(entry)["text"] = json.dumps(body)
        return entry

    verdict = judged(one_krone_more, "--fail-on", "may")

    assert verdict.code == 1
    assert "KOB-TOTAL-002" in verdict.failed
    assert "KOB-TOTAL-002: " in verdict.stdout


def test_answers_that_contradict_each_other_are_a_deviation(judged):
    def without_a_claim(entry: Entry) -> Entry:
        if entry["request"]["url"].endswith("/aapnekrav") and entry["response"]["status"] == 200:
            text = content_of(entry)["text"]
            if text.startswith("{"):
                body = json.loads(text)
                body["aapentKravMedGjenstaaendeBeloep"] = body.get("aapentKravMedGjenstaaendeBeloep", [])[1:]
                content_of(entry)["text"] = json.dumps(body)
        return entry

    verdict = judged(without_a_claim, "--fail-on", "may")

    assert verdict.code == 1
    assert "KOB-ACROSS-001" in verdict.failed


@pytest.mark.nightly
@pytest.mark.parametrize(("at_the_entrance", "code"), [(b'{"message": "Forbidden"}', 0), (b"", 1)])
def test_a_gateway_is_known_by_its_refusals_wherever_they_stand(judged, at_the_entrance, code):
    """An answer to a caller without access that words another refusal the same way does not come from the service."""
    left = [(400, b'{"message": "Invalid request"}'), (401, at_the_entrance)]

    def refused(entry: Entry) -> Entry:
        if "/kravogbetalinger/v1/" in entry["request"]["url"] and entry["response"]["status"] == 200 and left:
            status, body = left.pop(0)
            entry["response"]["status"] = status
            content_of(entry)["text"] = body.decode()
        return entry

    verdict = judged(refused)

    assert (verdict.code, left) == (code, [])
    assert ("KOB-ERROR-001" in verdict.failed) == bool(code)


@pytest.mark.nightly
def test_answers_of_different_days_are_not_held_against_each_other(judged):
    """The missing claim was paid in between."""

    def later(entry: Entry) -> Entry:
        if not entry["request"]["url"].endswith("/aapnekrav") or entry["response"]["status"] != 200:
            return entry
        if not content_of(entry)["text"].startswith("{"):
            return entry
        body = json.loads(content_of(entry)["text"])
        for member in ("totalOversikt", "oversiktPerKravgruppe"):
            body.pop(member, None)
        body["aapentKravMedGjenstaaendeBeloep"] = body.get("aapentKravMedGjenstaaendeBeloep", [])[1:]
        content_of(entry)["text"] = json.dumps(body)
        for header in entry["response"]["headers"]:
            if header["name"].lower() == "date":  # used to correct the recorder's clock
                header["value"] = header["value"].replace("2026", "2027")
        return entry | {"startedDateTime": entry["startedDateTime"].replace("2026", "2027", 1)}

    verdict = judged(later)

    assert "KOB-ACROSS-001" not in verdict.failed


def test_answers_without_their_bodies_accuse_nobody(judged):
    def without_body(entry: Entry) -> Entry:
        content_of(entry).pop("text")
        return entry

    verdict = judged(without_body)

    assert verdict.code == 3
    assert "no complete answer" in verdict.stderr


def test_what_else_a_browser_called_is_passed_over(judged):
    def elsewhere(entry: Entry) -> Entry:
        entry["request"]["url"] = "https://www.example.test/api/kunder/4/innbetalinger?side=2"
        return entry

    verdict = judged(elsewhere)

    assert verdict.code == 3
    assert "has no calls to kravogbetalinger or utleggsbegjaering that can be recognised" in verdict.stderr


@pytest.mark.by_day(1)
@pytest.mark.parametrize(
    ("base_url", "code"),
    [
        ("https://innsyn.example.test/gateway/kob", 0),
        ("https://annen.example.test/gateway/kob", 0),
        ("https://innsyn.example.test/andre", 3),
    ],
    ids=["its address", "its path behind another host", "another path"],
)
def test_the_target_says_where_the_api_was_called(judged, tmp_path, base_url, code):
    def behind_a_gateway(entry: Entry) -> Entry:
        _, _, rest = entry["request"]["url"].partition("/kravogbetalinger/v1")
        entry["request"]["url"] = f"https://innsyn.example.test/gateway/kob{rest}"
        return entry

    target = tmp_path / "provestand.toml"
    target.write_text(
        f"""
        [targets.gw]
        [targets.gw.maskinporten]
        issuer = "https://test.maskinporten.no/"
        client_id = "x"
        key = "env:A_KEY_THAT_IS_NOT_HERE"
        [targets.gw.apis.kravogbetalinger]
        base_url = "{base_url}"
        scope = "skatteetaten:kravogbetalinger"
        """
    )

    verdict = judged(behind_a_gateway, "--target", str(target))

    assert verdict.code == code, verdict.stderr


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"{", "x.har"),
        (b'{"log": {}}', "is not a HAR file"),
        (b"[" * 100_000, "it is nested more than 150 levels deep"),
    ],
)
def test_a_recording_that_cannot_be_read_is_wrong_input(tmp_path, content, told):
    file = tmp_path / "x.har"
    file.write_bytes(content)

    verdict = finished(file, tmp_path / "out")

    assert verdict.code == 2
    assert told in verdict.stderr
    assert "Traceback" not in verdict.stderr


@pytest.mark.by_day(2)
@pytest.mark.parametrize("option", [("--workers", "2"), ("--suite", "property"), ("--plan",), ("--max-examples", "3")])
def test_an_option_that_sends_is_refused(tmp_path, option):
    done = provestand("run", "--recorded", tmp_path / "x.har", *option)

    assert done.returncode == 2
    assert f"--recorded sends nothing; remove {option[0]}." in done.stderr


HOSTILE = (
    "[" * 50_000 + "]" * 50_000,
    '{"a":' * 50_000 + "1" + "}" * 50_000,
    '{"partIdentifikator": ' + "9" * 5_000 + "}",
    '{"partIdentifikator": "1", "skjermet": 1e999999999}',
    '{"partIdentifikator": "\\ud800", "skjermet": "\\udfff"}',
    "\x00\x01",
    '"aapnekrav"',
    "null",
    '{"aapentKravMedGjenstaaendeBeloep": {"a": []}, "totalOversikt": 7, "skjermet": null}',
    '{"partIdentifikator": "313367002", "skjermet": false, "aapentKravMedGjenstaaendeBeloep": [7, null, [], {}, "x"]}',
)
"""Bodies that nobody should send: endless, of other types, not text."""


def test_no_body_breaks_the_judge(judged):
    left = list(HOSTILE)

    def hostile(entry: Entry) -> Entry:
        if "/aapnekrav" in entry["request"]["url"] and left:
            content_of(entry)["text"] = left.pop()
        return entry

    verdict = judged(hostile)

    assert left == []
    assert verdict.code == 1
    assert verdict.verdict["problems"] == []
    assert "Traceback" not in verdict.stderr + verdict.stdout


@pytest.mark.nightly
def test_filed_begjaeringer_are_judged(tmp_path):
    with running_sandbox() as sandbox:
        target = ("--target", str(sandbox.target_file), "--api", "utleggsbegjaering", "--suite", "scenarios")
        run(tmp_path / "run", *target, "--", "-k", "test_submission or test_status_paa_sak")

    verdict = finished(tmp_path / "run", tmp_path / "out")

    assert verdict.code == 0, verdict.stdout
    assert {"ELAN-SUBMIT-002", "ELAN-CASE-006", "ELAN-CASE-016"} <= passed(verdict)
