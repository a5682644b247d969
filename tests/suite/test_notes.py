"""What a scenario finds is noted once, redacted, and accuses only if the service itself answered."""

from dataclasses import replace

import pytest

from harness.contract.attribution import Attribution
from harness.contract.checks import Call, Judgement, judge
from harness.contract.deviation import Deviation
from harness.suite.markers import NothingToJudgeError
from harness.suite.stand import Received
from harness.verdict.outcome import Observed

GATEWAY = Attribution("before", ("an HTML page",))
NULL = b'{"hylle": null, "korrelasjonsid": "k-1"}'
FNR = "01815099999"


def missing(aspect="no shelf", actual="none"):
    return Deviation("KODE-2", aspect, "a shelf", actual)


def received(notes, contract, exchange, attribution=None):
    answer = Received(exchange, "312345676")
    answer = replace(answer, attribution=attribution) if attribution else answer
    notes.receive(answer, judge(Call(exchange, contract, {}, answer.attribution)), in_flight=3)


def test_a_call_is_counted_sampled_and_judged(notes, outcome, contract, wire):
    received(notes, contract, wire(200, NULL))
    received(notes, contract, wire(200, NULL))

    assert (outcome.requests, outcome.retries, outcome.max_in_flight) == (2, 0, 3)
    assert outcome.calls == {"312345676": 2}
    assert outcome.judged["no_null"] == 2
    assert [(s.operation, s.status, s.korrelasjonsid) for s in outcome.samples] == [("boeker", 200, "k-1")]
    assert {(f.requirement, f.check, f.aspect, f.korrelasjonsid) for f in outcome.findings} >= {
        ("no_null", "no_null", "$.hylle: null", "k-1")
    }


def test_codes_are_counted_by_status(notes, outcome, contract, wire):
    refused = b'{"kode": "BOK-002", "melding": "Ukjent hylle", "korrelasjonsid": "k"}'

    received(notes, contract, wire(404, refused))
    received(notes, contract, wire(404, refused))

    assert outcome.kodes == {"BOK-002 404": 2}


def test_an_organisation_that_the_target_does_not_name_is_not_counted(notes, outcome, wire):
    notes.receive(Received(wire(200, b"{}"), "999999999"), (), in_flight=1)

    assert outcome.calls == {}


def test_the_first_finding_of_a_kind_says_how_to_send_the_call_again(notes, outcome, wire):
    answer = Received(wire(200, b"{}", sent={"Authorization": "Bearer t"}))

    notes.note(missing(), answer)
    notes.note(missing(), answer)

    first, second = (found.curl for found in outcome.findings)
    assert first.startswith("curl ")
    assert "$TOKEN" in first
    assert second == ""


def test_a_second_look_at_the_same_notes_nothing_twice(notes, outcome):
    notes.note(missing())
    notes.begin_second_look()
    notes.note(missing())
    notes.note(missing("no book"))

    assert [found.aspect for found in outcome.findings] == ["no shelf", "no book"]


def test_what_nobody_promised_is_an_observation(notes, outcome):
    notes.note(Deviation("QUESTION-1", "shelf", "a shelf", "two shelves"))

    assert outcome.findings == []
    assert outcome.observations == [Observed("QUESTION-1", "How?", "two shelves")]


def test_nothing_of_a_person_is_noted(notes, outcome):
    notes.note(missing(actual=f"the shelf of {FNR}"))
    notes.observe("QUESTION-1", f"the shelf of {FNR}")

    assert FNR not in str(outcome)


def test_endless_numbers_are_cut(notes, outcome):
    notes.note(missing(actual="1" * 309))

    assert [found.actual for found in outcome.findings] == ["111111… (309 digits)"]


def test_a_contradiction_accuses_when_it_is_settled(notes, outcome):
    notes.contradict(missing())
    assert outcome.findings == []

    for kept in notes.take_contradictions():
        notes.accuse(kept)

    assert [(found.check, found.aspect) for found in outcome.findings] == [("test_a_shelf", "no shelf")]
    assert notes.take_contradictions() == []


def test_an_answer_of_uncertain_author_accuses_after_a_second_look_only(notes, outcome, contract, wire):
    received(notes, contract, wire(200, NULL), Attribution("service", is_presumed=True))
    notes.note(missing())

    assert outcome.findings == []
    assert notes.needs_second_look
    assert {kept.requirement for kept in notes.take_contradictions()} >= {"no_null", "KODE-2"}


def slow(notes, wire):
    breach = Judgement("answered_in_time", "no_null", (missing(),), is_fleeting=True)
    notes.receive(Received(wire(200, b"{}")), [breach], 1)


def test_what_may_be_so_once_accuses_after_a_second_look_and_from_then_on_without_one(notes, outcome, wire):
    slow(notes, wire)

    assert (outcome.findings, notes.needs_second_look) == ([], True)

    for kept in notes.take_contradictions():
        notes.accuse(kept)
    slow(notes, wire)

    assert [found.check for found in outcome.findings] == ["answered_in_time", "answered_in_time"]
    assert notes.take_contradictions() == []


def test_what_a_scenario_says_accuses_nobody_where_a_call_was_refused_that_holds_nothing_to_refuse(
    notes, outcome, wire
):
    refused = Received(wire(403, b"", ""), attribution=replace(GATEWAY, is_unprovoked=True))
    notes.receive(refused, (), in_flight=1)

    notes.note(missing())
    notes.contradict(missing("no book"))

    assert (outcome.findings, notes.take_contradictions()) == ([], [])
    assert outcome.unjudged["KODE-2"] == "answered in front of the service: an HTML page"

    notes.note_shut_out(missing("status 403"), refused)

    assert [found.aspect for found in outcome.findings] == ["status 403"]


def test_a_gateway_s_answer_judges_nothing(notes, outcome, contract, wire):
    """What checks judge is left open, with the evidence; a bare assertion about it accuses nobody."""
    received(notes, contract, wire(200, NULL), GATEWAY)

    assert outcome.findings == []
    assert outcome.unjudged == {"no_null": "answered in front of the service: an HTML page"}
    with pytest.raises(NothingToJudgeError, match="an HTML page"):
        notes.note_failed_assertion(missing())


@pytest.mark.parametrize(
    ("broken", "expected"), [({"body_matches_schema"}, True), ({"body_well_formed"}, True), ({"no_null"}, False)]
)
def test_notes_tell_whether_an_answer_may_hold_anything(notes, wire, broken, expected):
    notes.recall(Received(wire(200, NULL), "312345676", broken=frozenset(broken)))

    assert notes.is_out_of_form is expected


def test_an_answer_that_is_recalled_was_counted_before(notes, outcome, wire):
    notes.recall(Received(wire(200, NULL), "312345676"))

    assert (outcome.requests, outcome.judged, len(outcome.samples)) == (0, {}, 1)


def test_a_check_that_finds_nothing_is_counted(notes, outcome, wire):
    notes.receive(Received(wire(200, b"{}")), [Judgement("no_null", "no_null", ())], in_flight=1)

    assert outcome.judged == {"no_null": 1}


def test_a_dead_service_is_named_with_the_call_that_it_died_of(notes, outcome, wire):
    deadly = wire(200, path="/hyller/13/boeker").request

    notes.note_silence(is_answered=False, died_of=[deadly])

    assert outcome.is_answered is False
    assert f"GET {deadly.url}" in outcome.silenced
    assert "To send it again: curl " in outcome.silenced
