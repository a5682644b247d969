"""Generated requests, from the outside: the same in every run, five in flight over all operations, all recorded."""

import itertools
import json
import os
import subprocess
import uuid

import pytest

from tests.e2e.conftest import run
from tests.troubled import _shared_behind, answer, behind, hang_up, on, pass_on  # noqa: F401 - two are fixtures

API = "kravogbetalinger"
PROPERTY = ("--api", API, "--suite", "property")


def calls(finished) -> list[dict]:
    entries = json.loads((finished.out / "exchanges.har").read_text())["log"]["entries"]
    return [entry for entry in entries if entry["comment"] != "token issuer"]


@pytest.fixture
def without_a_korrelasjonsid(lying):
    """A target whose errors have none, and the paths that were requested."""
    asked = []

    def lie(path: str, status: int, body: bytes) -> bytes:
        asked.append(path)
        return body.replace(b'"korrelasjonsid"', b'"id"')

    return lying(lie), asked


@pytest.mark.nightly
def test_two_runs_show_the_same_evidence(without_a_korrelasjonsid, tmp_path):
    target, _ = without_a_korrelasjonsid

    first, second = (run(tmp_path / name, "--target", str(target), *PROPERTY) for name in ("first", "second"))

    shown = [
        [(found["fingerprint"], found["request"]) for found in each.verdict["deviations"]] for each in (first, second)
    ]
    assert shown[0] == shown[1]
    assert first.failed == ["KOB-ERROR-002"]


def test_a_run_that_stops_early_records_what_it_had_sent_ahead(without_a_korrelasjonsid, tmp_path):
    """The requests of the next operation are in flight while those of one are judged."""
    target, asked = without_a_korrelasjonsid

    stopped = run(tmp_path / "out", "--target", str(target), *PROPERTY, "--", "-x")

    comments = [entry["comment"] for entry in calls(stopped)]
    assert len(comments) == len(asked)
    ahead = [comment for comment in comments if "[" not in comment]  # none of these belongs to a scenario
    assert stopped.verdict["http"]["requests"] == len(comments) - len(ahead)
    judged = {comment.partition("[")[2] for comment in comments if comment != "sent ahead"}
    assert judged - {""} == {f"{API}-aapnekrav]"}
    assert "sent ahead" in comments


def test_nothing_is_sent_for_an_operation_that_was_not_asked_for(sandbox_file, tmp_path):
    finished = run(tmp_path / "out", "--target", str(sandbox_file), *PROPERTY, "--", "-k", "innbetalinger")

    comments = {entry["comment"].partition("[")[2] for entry in calls(finished)}
    assert comments - {""} == {f"{API}-innbetalinger]"}  # the preflight belongs to no operation
    assert finished.verdict["http"]["max_in_flight"] <= 5


def test_a_server_error_is_a_finding_whatever_the_request_was(lying, tmp_path):
    """A check of schemathesis would send its own request, bypassing our guard and record, if a media type is wrong."""
    broken = b'{"kode": "XXX-001", "melding": "Ukjent feil", "korrelasjonsid": "%s"}'
    asked = []

    def lie(path: str, status: int, body: bytes) -> bytes:
        asked.append(path)
        return broken % str(uuid.uuid4()).encode()

    target = lying(lie, status=500, of="utleggsbegjaering")
    chosen = ("--api", "utleggsbegjaering", "--suite", "property", "--", "-k", "validerNyBegjaering")

    finished = run(tmp_path / "out", "--target", str(target), *chosen)

    found = [d["expected"] for d in finished.verdict["deviations"] if d["requirement"] == "ELAN-ROBUST-001"]
    assert finished.code == 1
    assert finished.verdict["problems"] == []
    assert "no “server error” for unsupported content-type: text/plain of Content-Type" in found
    assert "no “server error” for malformed content-type: multipart/form-data without boundary of Content-Type" in found
    assert len(calls(finished)) == len(asked)


def test_the_curl_line_of_a_generated_request_repeats_exactly_that_request(behind, tmp_path):  # noqa: F811
    """To the byte, except for the token."""
    behind.proxy.plan = on(
        "/valider/", answer(500, b'{"kode": "XXX-001", "melding": "Ukjent feil", "korrelasjonsid": "1"}')
    )
    chosen = ("--api", "utleggsbegjaering", "--suite", "property", "--", "-k", "validerEndretBegjaering")

    finished = run(tmp_path / "out", "--target", str(behind.target_file), *chosen)
    deviations = [found for found in finished.verdict["deviations"] if found["curl"]]
    sent = {_as_sent(asked) for asked in behind.proxy.asked}
    before = len(behind.proxy.asked)
    for found in deviations:
        subprocess.run(
            ["sh", "-c", found["curl"]],
            env=os.environ | {"TOKEN": "x.y.z"},
            check=True,
            capture_output=True,
            timeout=20,
        )

    repeated = [_as_sent(asked) for asked in behind.proxy.asked[before:]]
    assert deviations
    assert [found["request"].rpartition("/v2")[2] for found in deviations] == [
        path.rpartition("/v2")[2] for _, path, _, _ in repeated
    ]
    assert set(repeated) <= sent


def _as_sent(asked):
    own = (b"authorization", b"connection")
    fields = [line for line in asked.head.split(b"\r\n")[1:] if not line.lower().startswith(own)]
    return asked.method, asked.path, tuple(sorted(fields)), asked.body


def test_a_random_call_without_an_answer_is_reported_although_it_is_answered_later(behind, tmp_path):  # noqa: F811
    """hypothesis repeats what failed, and would report it as flaky."""
    calls_of_the_api = itertools.count(1)
    behind.proxy.plan = lambda asked: (
        hang_up if f"/{API}/" in asked.path and next(calls_of_the_api) in {5, 6, 7} else pass_on
    )

    fuzz = ("--api", API, "--suite", "fuzz", "--max-examples", "5", "--seed", "1", "--workers", "1")
    finished = run(tmp_path / "out", "--target", str(behind.target_file), *fuzz)

    (problem,) = finished.verdict["problems"]
    assert finished.code == 3
    assert "no answer from the service after 3 attempts" in problem
