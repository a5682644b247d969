"""What the sandbox does for whoever judges a client: it records, intervenes, and turns while it runs."""

import json

import httpx
import pytest

PATH = "/kravogbetalinger/v1/finans/313367002/aapnekrav"


@pytest.fixture
def recording(tmp_path, start):
    return start("--record", str(tmp_path / "record.jsonl")), tmp_path / "record.jsonl"


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def intervene(sandbox, *interventions):
    return sandbox.http.put(f"{sandbox.base}/sandbox/interventions", json=list(interventions))


def test_a_call_is_recorded_before_its_answer_is_read(recording):
    sandbox, record = recording
    sandbox.http.get(sandbox.base + PATH, headers={"Korrelasjonsid": "abc"})

    [line] = [line for line in lines(record) if line["service"] == "kravogbetalinger"]
    assert (line["response"]["status"], line["lost"], line["in_flight"]) == (401, "", 1)
    assert ["korrelasjonsid", "abc"] in line["request"]["headers"]


def test_the_sandboxs_own_addresses_are_not_recorded(recording):
    sandbox, record = recording
    sandbox.http.get(f"{sandbox.base}/sandbox/status")

    assert [line for line in lines(record) if "/sandbox/" in line["request"]["url"]] == []


def test_the_next_calls_are_answered_as_asked(recording):
    sandbox, _ = recording
    intervene(sandbox, {"do": "answer", "status": 503, "headers": {"Retry-After": "2"}, "times": 2, "skip": 1})

    answers = [sandbox.http.get(sandbox.base + PATH).status_code for _ in range(4)]
    assert answers == [401, 503, 503, 401]


@pytest.mark.parametrize(("when", "status"), [("before", None), ("after", None)])
def test_a_connection_is_lost_as_asked(recording, when, status):
    sandbox, record = recording
    intervene(sandbox, {"do": "lose", "when": when, "service": "kravogbetalinger"})

    with pytest.raises(httpx.RemoteProtocolError):
        sandbox.http.get(sandbox.base + PATH)
    assert [line["lost"] for line in lines(record) if line["service"] == "kravogbetalinger"] == [when]


def test_an_intervention_is_for_its_path_only(recording):
    sandbox, _ = recording
    intervene(sandbox, {"do": "answer", "status": 418, "path": "/kravogbetalinger/v1/*/*/krav", "times": None})

    other = sandbox.http.get(sandbox.base + PATH).status_code
    meant = sandbox.http.get(sandbox.base + PATH.replace("aapnekrav", "krav")).status_code
    assert (other, meant) == (401, 418)


@pytest.mark.parametrize(
    "asked", [{}, [{"do": "nothing"}], [{"do": "answer"}], [{"do": "lose", "when": "never"}], [{"do": "wait", "x": 1}]]
)
def test_what_is_not_an_intervention_is_refused_in_words(recording, asked):
    sandbox, _ = recording
    refused = sandbox.http.put(f"{sandbox.base}/sandbox/interventions", json=asked)

    assert refused.status_code == 400
    assert refused.json()["problem"]


def test_clock_and_knobs_turn_and_return(recording):
    sandbox, _ = recording
    ahead = sandbox.http.put(f"{sandbox.base}/sandbox/clock", json={"ahead": 90}).json()["ahead"]
    turned = sandbox.http.put(f"{sandbox.base}/sandbox/knobs", json={"token-lifetime": "5"}).json()["token-lifetime"]
    sandbox.http.post(f"{sandbox.base}/sandbox/reset", json={})

    assert (ahead, turned) == (90, "5")
    assert sandbox.http.get(f"{sandbox.base}/sandbox/clock").json()["ahead"] == 0
    assert sandbox.http.get(f"{sandbox.base}/sandbox/knobs").json()["token-lifetime"] != "5"
