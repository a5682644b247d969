"""What a report shows of a scenario's calls: enough to send them again, and no secret."""

import pytest

from harness.redaction.redactor import Redactor
from harness.reporting.evidence import Evidence, as_text

OURS = {"Authorization": "Bearer ours"}


@pytest.fixture
def evidence():
    redactor = Redactor({"eier"})
    return Evidence(redactor, redactor.exchange, lambda sent: sent.request.header("authorization") == "Bearer ours")


def test_a_command_has_a_variable_for_a_token_of_ours(evidence, wire):
    command = evidence.curl(wire(200, b"{}", sent=OURS))

    assert '"Authorization: Bearer $TOKEN"' in command


def test_a_token_that_a_test_made_up_is_shown_as_it_may_be(evidence, wire):
    command = evidence.curl(wire(401, b"{}", sent={"Authorization": "Bearer eyJhbGciOiJub25lIn0.e30."}))

    assert "$TOKEN" not in command
    assert "eyJhbGciOiJub25lIn0" not in command


def test_a_command_too_long_to_paste_is_left_out(evidence, wire):
    assert evidence.curl(wire(200, path="/hyller/" + "7" * 50_001)) == ""


def test_several_calls_that_a_service_may_have_died_of_are_all_named(evidence, wire):
    calls = [wire(200, path=f"/hyller/{shelf}/boeker").request for shelf in (1, 2)]

    said = evidence.last_words(calls)

    assert all(call.url in said for call in calls)
    assert said.endswith("A run with --in-flight 1 shows which one it was.")


def test_of_what_a_target_made_endless_the_beginning_is_told(evidence):
    told = evidence.text("ukjent kode " + "KODE " * 1_000_000)

    assert told.startswith("ukjent kode KODE KODE")
    assert len(told) <= 2_001


def test_an_exchange_reads_as_request_and_answer(wire):
    redactor = Redactor(set())
    shown = as_text(redactor.exchange(wire(404, b'{"kode": "BOK-002"}', sent={"Accept": "application/json"})))

    asked, answered = shown.split("\n\nHTTP/1.1 404\n")
    assert asked.startswith("GET http")
    assert asked.endswith("Accept: application/json")
    assert answered == 'Content-Type: application/json\n\n{"kode": "BOK-002"}'
