"""What the sandbox does for judging a client: it records, intervenes, and is switched while it runs."""

import base64
import errno
import json
import ssl
import subprocess
import time

import httpx
import pytest

from harness.sandbox.clock import Clock
from harness.sandbox.reach import InPassing
from harness.sandbox.record import Recording
from harness.targets.embedded import running_sandbox
from tests.aside import run_aside
from tests.sandbox.conftest import Client, encoded

PATH = "/kravogbetalinger/v1/finans/313367002/aapnekrav"


@pytest.fixture
def recording(tmp_path, start):
    return start("--record", str(tmp_path / "record.jsonl")), tmp_path / "record.jsonl"


def lines(sandbox, path):
    """The calls recorded so far."""
    sandbox.http.get(f"{sandbox.base}/sandbox/record")
    return [json.loads(line) for line in path.read_text().splitlines()]


def intervene(sandbox, *interventions):
    return sandbox.http.put(f"{sandbox.base}/sandbox/interventions", json=list(interventions))


def test_a_call_is_recorded_before_its_answer_is_read(recording):
    sandbox, record = recording
    sandbox.http.get(sandbox.base + PATH, headers={"Korrelasjonsid": "abc"})

    [line] = [line for line in lines(sandbox, record) if line["service"] == "kravogbetalinger"]
    assert (line["response"]["status"], line["lost"], line["in_flight"]) == (401, "", 1)
    assert ["korrelasjonsid", "abc"] in line["request"]["headers"]


def test_the_sandboxs_own_addresses_are_not_recorded(recording):
    sandbox, record = recording
    sandbox.http.get(f"{sandbox.base}/sandbox/status")

    assert [line for line in lines(sandbox, record) if "/sandbox/" in line["request"]["url"]] == []


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
    assert [line["lost"] for line in lines(sandbox, record) if line["service"] == "kravogbetalinger"] == [when]


def test_an_intervention_is_for_its_path_only(recording):
    sandbox, _ = recording
    intervene(sandbox, {"do": "answer", "status": 418, "path": "/kravogbetalinger/v1/*/*/krav", "times": None})

    other = sandbox.http.get(sandbox.base + PATH).status_code
    meant = sandbox.http.get(sandbox.base + PATH.replace("aapnekrav", "krav")).status_code
    assert (other, meant) == (401, 418)


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/xml", 418),
        ("text/xml;q=0.9, application/xml", 418),
        ("application/xml, */*;q=0.1", 401),
        ("application/json", 401),
        ("", 401),
    ],
)
def test_an_intervention_may_be_for_those_who_take_one_format_alone(recording, accept, status):
    sandbox, _ = recording
    intervene(sandbox, {"do": "answer", "status": 418, "accepts_only": "xml", "times": None})

    assert sandbox.http.get(sandbox.base + PATH, headers={"Accept": accept}).status_code == status


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


def clients_of(sandbox):
    status = sandbox.http.get(f"{sandbox.base}/sandbox/status").json()
    return {entry["client"]: entry for entry in status["clients"]}


def test_the_status_tells_clients_and_their_connections_apart(start):
    sandbox = start()
    made = {"owner": "312345676", "scopes": ["skatteetaten:kravogbetalinger"]}
    other = sandbox.http.post(f"{sandbox.base}/maskinporten/clients", json=made).json()["client_id"]
    second = Client(sandbox, other)
    for client, calls in ((sandbox.client, 2), (second, 1)):
        token = client.token()
        with httpx.Client(trust_env=False) as connection:
            for _ in range(calls):
                connection.get(sandbox.base + PATH, headers={"Authorization": f"Bearer {token}"})
    sandbox.http.get(sandbox.base + PATH)
    seen = clients_of(sandbox)

    first = seen[sandbox.client.client_id]
    assert first["calls"] == {"maskinporten": 1, "kravogbetalinger": 2}
    assert seen[other]["calls"] == {"maskinporten": 1, "kravogbetalinger": 1}
    assert seen[None]["calls"] == {"kravogbetalinger": 1}
    assert (first["connected"], sorted(each["calls"] for each in first["connections"])) == (2, [1, 2])
    numbers = [{each["number"] for each in seen[client]["connections"]} for client in (sandbox.client.client_id, other)]
    assert len(numbers[0] | numbers[1]) == 3  # the grants used one connection


def test_a_name_that_nobody_has_makes_no_entry_of_its_own(start):
    sandbox = start()
    for number in range(5):
        claims = encoded(json.dumps({"client_id": f"made-up-{number}"}).encode())
        sandbox.http.get(sandbox.base + PATH, headers={"Authorization": f"Bearer e30.{claims}.x"})

    assert [*clients_of(sandbox)] == [None]


def test_the_address_card_has_what_a_client_must_be_told(sandbox):
    card = sandbox.http.get(f"{sandbox.base}/sandbox/card").json()
    text = sandbox.http.get(f"{sandbox.base}/sandbox/card.txt").text
    lines = sandbox.http.get(f"{sandbox.base}/sandbox/card.env").text.splitlines()

    values = dict(line.split("=", 1) for line in lines if not line.startswith("#"))
    party = next(each for each in card["parties"] if each["number"] == "311851381")
    consent = party["access"]["kravogbetalinger"]["finans"]["consent"]
    assert (card["issuer"], card["client_id"]) == (f"{sandbox.base}/maskinporten/", sandbox.client.client_id)
    assert card["apis"]["kravogbetalinger"]["base_url"] == sandbox.api["base_url"]
    assert "Nothing is owed either way" in party["apis"]["kravogbetalinger"]
    assert sandbox.client.kid in card["kids"]
    assert all(each in text for each in (card["issuer"], card["client_id"], "311851381", consent))
    assert values["MASKINPORTEN_ISSUER"] == card["issuer"]
    assert values["KRAVOGBETALINGER_BASE_URL"] == sandbox.api["base_url"]
    assert values["KRAVOGBETALINGER_FINANS_CONSENT_311851381"] == consent


def test_the_card_names_the_authority_and_a_shell_reads_it(tmp_path):
    folder = tmp_path / "with space"
    with running_sandbox("--tls", str(folder)) as sandbox:
        base = sandbox.target.maskinporten.issuer.removesuffix("/maskinporten/")
        trusting = ssl.create_default_context(cafile=folder / "ca.pem")
        with httpx.Client(verify=trusting, trust_env=False) as http:
            (tmp_path / "card.env").write_text(http.get(f"{base}/sandbox/card.env").text)

    command = ["sh", "-ec", ". ./card.env; echo $SSL_CERT_FILE"]
    shown = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    assert shown.stdout.decode().strip() == str(folder / "ca.pem")


def test_a_client_that_no_text_can_name_is_recorded_all_the_same(recording):
    """A JSON escape of half a character, in an unsigned token."""
    sandbox, record = recording
    claims = base64.urlsafe_b64encode(rb'{"client_id": "a\ud800"}').decode()
    token = f"e30.{claims}.e30"
    answer = sandbox.http.get(sandbox.base + PATH, headers={"Authorization": f"Bearer {token}"})

    [line] = [line for line in lines(sandbox, record) if line["service"] == "kravogbetalinger"]
    assert (answer.status_code, line["client"]) == (401, "a?")


def test_a_record_that_cannot_be_written_says_so():
    """The calls are answered anyway; a request for the record explains why it is incomplete."""

    def full(_lines):
        raise OSError(errno.ENOSPC, "No space left on device")

    async def noted() -> str:
        recording = Recording([full], Clock(None, InPassing()))
        recording.note(dict, 0)
        recording.settle()
        return recording.problem

    told = "The record cannot be written: No space left on device. Name another file with --record."
    assert run_aside(noted()) == told


def test_what_was_answered_is_recorded_soon_without_being_asked_for(recording):
    sandbox, record = recording
    sandbox.http.get(sandbox.base + PATH)

    deadline = time.monotonic() + 30
    while b"aapnekrav" not in record.read_bytes() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert b"aapnekrav" in record.read_bytes()


def test_calls_that_are_written_together_are_numbered(recording):
    """Calls are numbered in the order in which they ended, however many are written together."""
    sandbox, record = recording
    for _ in range(20):
        sandbox.http.get(sandbox.base + PATH)

    assert [line["seq"] for line in lines(sandbox, record)] == [*range(1, 21)]
