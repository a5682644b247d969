"""A switch for the next calls counts the calls that it affects, and one for a client leaves others alone."""

import datetime
import json
import uuid
from collections.abc import Iterator

import pytest

from tests.sandbox.conftest import YEAR, Client, RunningSandbox, running
from tests.sandbox.utleggsbegjaering.conftest import make_sender  # noqa: F401 - a fixture

PARTY = "313367002"
DAY = 86_400


@pytest.fixture(scope="module")
def started(tmp_path_factory) -> Iterator[RunningSandbox]:
    with running(tmp_path_factory.mktemp("reach"), "--now", "2026-05-20T12:00:00Z") as sandbox:
        yield sandbox


@pytest.fixture
def box(started: RunningSandbox) -> Iterator[RunningSandbox]:
    """With nothing switched on."""
    yield started
    started.http.post(f"{started.base}/sandbox/reset", json={})


@pytest.fixture(scope="module")
def other(started: RunningSandbox) -> Client:
    """Another client of the same owner."""
    owner = started.claims(started.token())["consumer"]["ID"].removeprefix("0192:")
    asked = {"owner": owner, "scopes": ["skatteetaten:kravogbetalinger"]}
    made = started.http.post(f"{started.base}/maskinporten/clients", json=asked)
    return Client(started, made.json()["client_id"])


def put(box, path, **body):
    answer = box.http.request("POST" if path == "knobs" else "PUT", f"{box.base}/sandbox/{path}", json=body)
    assert answer.status_code < 300, answer.text


def asked(box, operation, token=None, **query):
    path = f"/lovfestetrevisjon/{PARTY}/{operation}"
    query = query or ({} if operation == "aapnekrav" else YEAR)
    text = "&".join(f"{name}={value}" for name, value in query.items())
    return box.get(f"{path}?{text}", token or box.token())


def switches(box):
    return box.http.get(f"{box.base}/sandbox/switches").json()


def test_the_clock_is_another_for_one_client(box, other):
    mine, theirs = box.token(), other.token()

    put(box, "clock", ahead=switches(box)["ahead"] + DAY, client=box.client.client_id)

    assert [asked(box, "aapnekrav", token).status_code for token in (mine, theirs)] == [401, 200]
    assert box.token() and other.token()
    assert asked(box, "aapnekrav", box.token()).status_code == 200
    assert asked(box, "aapnekrav", theirs).headers["date"].startswith("Wed, 20 May 2026")
    assert asked(box, "aapnekrav", box.token()).headers["date"].startswith("Thu, 21 May 2026")
    box.http.post(f"{box.base}/sandbox/reset", json={})
    assert asked(box, "aapnekrav", mine).status_code == 200


def test_the_clock_is_another_for_the_next_call(box):
    token = box.token()

    put(box, "clock", ahead=switches(box)["ahead"] + DAY, times=1)

    assert [asked(box, "aapnekrav", token).status_code for _ in range(2)] == [401, 200]


def test_a_grant_by_the_clients_own_clock_is_good_when_the_sandboxs_was_put_forward(box):
    now = box.now()

    put(box, "clock", ahead=switches(box)["ahead"] + 30 * DAY)

    assert [box.client.grant(iat=at, exp=at + 100).status_code for at in (now, now + 30 * DAY)] == [200, 200]
    assert box.client.grant(iat=now - DAY, exp=now - DAY + 100).json()["error"] == "invalid_grant"


def test_a_grant_is_used_once_even_when_the_clock_was_put_forward(box):
    now, jti = box.now(), str(uuid.uuid4())
    assert box.client.grant(iat=now, exp=now + 100, jti=jti).status_code == 200

    put(box, "clock", ahead=switches(box)["ahead"] + DAY)

    assert box.client.grant(iat=now, exp=now + 100, jti=jti).status_code == 400


def test_a_partys_data_is_another_for_one_client_and_for_the_next_calls(box, other):
    put(box, f"parties/{PARTY}", service="kravogbetalinger", profile="shielded", client=other.client_id)
    assert [asked(box, "aapnekrav", token).json()["skjermet"] for token in (box.token(), other.token())] == [
        False,
        True,
    ]

    put(box, f"parties/{PARTY}", service="kravogbetalinger", profile="shielded", times=2)
    token = box.token()
    box.get("/lovfestetrevisjon/314055403/aapnekrav", token)  # about somebody else
    assert [asked(box, "aapnekrav", token).json()["skjermet"] for _ in range(3)] == [True, True, False]


def test_a_party_has_its_own_data_for_one_client_while_all_others_are_shown_other_data(box, other):
    put(box, f"parties/{PARTY}", service="kravogbetalinger", profile="shielded")
    own = box.http.get(f"{box.base}/sandbox/parties/314055403").json()["profiles"]["kravogbetalinger"]["name"]
    assert own != "shielded"

    put(box, f"parties/{PARTY}", service="kravogbetalinger", profile="", client=other.client_id)

    assert [asked(box, "aapnekrav", token).json()["skjermet"] for token in (box.token(), other.token())] == [
        True,
        False,
    ]


def test_a_case_and_an_attachment_are_in_another_state_for_the_next_calls_about_them(box, make_sender):  # noqa: F811
    sender = make_sender(box)
    case, attachment = sender.filed(sender.begjaering()), sender.uploaded(f"PRØVE-{uuid.uuid4()}")
    before = sender.status(case)["saksstatus"]
    client = box.claims(sender.bearer)["client_id"]
    put(box, f"states/utleggsbegjaering/sak/{case}", state="sakHevet", times=2, client=client)
    put(box, f"states/utleggsbegjaering/vedlegg/{attachment}", state="virussjekket", times=1)

    sender.uploaded(f"PRØVE-{uuid.uuid4()}")  # about another attachment
    seen = [sender.call("GET", f"/vedlegg/{attachment}").json()["tilstand"] for _ in range(2)]

    assert seen == ["virussjekket", "klar"]
    assert [sender.status(case)["saksstatus"] for _ in range(3)] == ["sakHevet", "sakHevet", before]
    assert [each["state"] for each in switches(box)["states"] if each["id"] in {case, attachment}] == [before, "klar"]


def test_a_fault_counts_the_calls_whose_answer_it_changes(box):
    token = box.token()
    name, period = "kravogbetalinger/start-of-period-ignored", {"fraOgMed": "2026-05-01", "tilOgMed": "2026-05-19"}
    healthy = asked(box, "krav", token, **period).text
    put(box, f"faults/{name}", first=1)

    untouched = [asked(box, "aapnekrav", token), asked(box, "krav", token, fraOgMed="x")]

    assert [met(box, name), *[each.status_code for each in untouched]] == [0, 200, 400]
    assert [asked(box, "krav", token, **period).text == healthy for _ in range(2)] == [False, True]
    assert met(box, name) == 1


def met(box, name):
    [fault] = [each for each in switches(box)["faults"] if each["name"] == name]
    return fault["on"]["met"]


def test_a_condition_that_is_not_enforced_counts_submissions_and_not_what_goes_before(box, make_sender):  # noqa: F811
    sender = make_sender(box)
    begjaering = sender.begjaering()
    name = "utleggsbegjaering/no-claims-are-accepted"
    put(box, f"faults/{name}", first=1)

    sender.call("GET", "/status")
    sender.uploaded(f"PRØVE-{uuid.uuid4()}")
    assert met(box, name) == 0

    sender.validate(begjaering)
    assert met(box, name) == 1


def test_a_knob_counts_the_calls_that_look_at_it(box):
    token = box.token()
    put(box, "knobs", name="til-og-med", value="required", times=1)

    asked(box, "aapnekrav", token)
    box.get("/lovfestetrevisjon/1/krav", token)

    assert [asked(box, "krav", token, fraOgMed="2026-01-01").status_code for _ in range(2)] == [400, 200]


def test_every_knob_can_be_turned_while_the_sandbox_runs_or_in_passing(box):
    token = box.token()
    varied = asked(box, "aapnekrav", token).text

    put(box, "knobs", name="leeway", value="unused", times=1)

    assert [asked(box, "aapnekrav", token).text == varied for _ in range(2)] == [False, True]


def test_the_registers_are_closed_in_passing(box, make_sender):  # noqa: F811
    sender = make_sender(box)
    put(box, "knobs", name="elan-register", value="listed", client="somebody-else")
    assert sender.validate(sender.begjaering()).status_code < 300

    on = box.http.get(f"{box.base}/sandbox/passing").json()
    assert [(each["kind"], each["names"], each["client"], each["met"]) for each in on] == [
        ("knob", ["elan-register"], "somebody-else", 0)
    ]


def test_what_is_for_some_calls_is_ended_by_its_number_or_by_a_reset(box):
    put(box, "clock", ahead=DAY, client="a")
    put(box, "knobs", name="oere", value="cut", times=3)
    [clock, knob] = box.http.get(f"{box.base}/sandbox/passing").json()

    assert box.http.delete(f"{box.base}/sandbox/passing/{clock['id']}").status_code == 204
    assert [each["id"] for each in switches(box)["passing"]] == [knob["id"]]
    box.http.post(f"{box.base}/sandbox/reset", json={})
    assert switches(box)["passing"] == []


def test_the_record_says_what_time_a_call_was_answered_by(tmp_path):
    file = tmp_path / "record.jsonl"
    with running(tmp_path, "--record", str(file)) as box:
        token = box.token()
        put(box, "clock", ahead=DAY, times=1)
        for _ in range(2):
            asked(box, "aapnekrav", token)
        box.http.get(f"{box.base}/sandbox/record")
        lines = [json.loads(line) for line in file.read_text().splitlines()]

    ahead = [round((line["sandbox_time"] - line["arrived"]) / DAY) for line in lines]
    assert ahead == [0, 1, 0]


def test_kept_switches_are_changed_by_nobody_else(box):
    keep = {"key": "a secret", "what": "a run is on"}
    put(box, "keeper", **keep)

    refused = [
        box.http.put(f"{box.base}/sandbox/clock", json={"ahead": 60}),
        box.http.post(f"{box.base}/sandbox/reset", json={}),
        box.http.delete(f"{box.base}/sandbox/keeper"),
        box.http.post(f"{box.base}/maskinporten/rotate", json={}),
        box.http.put(f"{box.base}/sandbox/keeper", json={"key": "mine", "what": "x"}),
        box.http.put(f"{box.base}/sandbox/clock", json={"ahead": 60}, headers={"Provestand-Key": "a secre"}),
    ]

    told = "the switches are locked: a run is on. Try again when it has ended"
    assert [(each.status_code, each.json()["problem"]) for each in refused] == [(423, told)] * 6
    assert switches(box)["kept"] == "a run is on" and "a secret" not in str(switches(box))
    mine = {"headers": {"Provestand-Key": "a secret"}}
    assert box.http.put(f"{box.base}/sandbox/clock", json={"ahead": 60}, **mine).status_code == 200
    assert box.http.delete(f"{box.base}/sandbox/keeper", **mine).status_code == 204
    assert datetime.datetime.fromisoformat(switches(box)["now"])
