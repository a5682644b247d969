"""What a scenario expects of an answer accuses the service, or nobody if something in front of it answered."""

from copy import deepcopy

import pytest

from harness.contract.attribution import Attribution
from harness.contract.checks import Breach
from harness.contract.deviation import DeviationFoundError
from harness.redaction.redactor import Redactor
from harness.suite.endings import accusations_noted
from harness.suite.markers import NothingToJudgeError

GATEWAY = Attribution("before", ("an HTML page",))
HEADER_ONLY = Attribution("service", has_own_form=False)
REFUSED = b'{"kode": "BOK-001", "melding": "Ingen adgang", "korrelasjonsid": "k"}'


def test_an_expected_status_goes_on(told, wire):
    answer = told(wire(200, b'{"hylle": "7"}'))

    assert answer.expect_status(200, 204).json() == {"hylle": "7"}


def test_another_status_ends_the_scenario_with_a_deviation(told, wire):
    with pytest.raises(DeviationFoundError) as found:
        told(wire(401, REFUSED)).expect_status(200, 204)

    deviation = found.value.deviation
    assert (deviation.requirement, deviation.aspect) == ("KODE-2", "status 401")
    assert (deviation.expected, deviation.actual) == ("status 200 or 204", "status 401 with BOK-001")


def test_another_status_of_a_gateway_accuses_nobody(told, outcome, wire):
    with pytest.raises(NothingToJudgeError, match="answered in front of the service: an HTML page"):
        told(wire(502, b"<html>", "text/html"), GATEWAY).expect_status(200)

    assert outcome.findings == []


def test_a_body_that_is_not_json_is_a_deviation(told, wire):
    with pytest.raises(DeviationFoundError, match="a JSON body"):
        told(wire(200, b"<b/>", "application/xml")).json()


def test_a_missing_field_is_a_deviation_at_any_depth(told, wire):
    body = told(wire(200, b'{"bok": [{"tittel": "X"}]}')).json()

    with pytest.raises(DeviationFoundError) as found:
        body["bok"][0]["pris"]

    assert found.value.deviation.aspect == "pris missing"


def test_a_missing_field_breaks_the_requirement_of_the_scenario_that_reads_it(told, outcome, wire):
    answer = told(wire(200, b'{"bok": [{"tittel": "X"}]}'))

    with accusations_noted(answer.notes, lambda error: error, Redactor()):
        answer.json()["pris"]

    assert [(finding.requirement, finding.aspect) for finding in outcome.findings] == [("KODE-2", "pris missing")]


CHANGES = {
    "a field set": lambda body: body.update(hylle="8"),
    "a field added": lambda body: body["bok"][0].setdefault("pris", 1),
    "a field removed": lambda body: body.pop("bok"),
    "an element added": lambda body: body["bok"].append({}),
    "an element removed": lambda body: body["bok"].clear(),
    "another order": lambda body: body["bok"].reverse(),
}


@pytest.mark.parametrize("change", [pytest.param(change, id=name) for name, change in CHANGES.items()])
def test_a_scenario_changes_only_its_own_copy_of_an_answer(told, wire, change):
    answer = told(wire(200, b'{"hylle": "7", "bok": [{"tittel": "X"}, {"tittel": "Y"}]}'))
    before = deepcopy(answer.json())

    with pytest.raises(TypeError, match="change a copy of it"):
        change(answer.json())
    change(deepcopy(answer.json()))

    assert answer.json() == before


@pytest.mark.parametrize(
    ("status", "body", "found"),
    [
        (401, REFUSED, []),
        (403, REFUSED, [("KODE-2", "status 403")]),
        (401, REFUSED.replace(b"001", b"002"), [("KODE-1", "BOK-002 in place of BOK-001")]),
        (401, b"{}", []),
    ],
)
def test_a_refusal_has_its_status_and_its_kode(told, outcome, wire, status, body, found):
    told(wire(status, body)).expect_refusal(401, kode="BOK-001")

    assert [(each.requirement, each.aspect) for each in outcome.findings] == found


def test_a_right_kode_judges_the_requirement_that_promises_it(told, outcome, wire):
    told(wire(401, REFUSED)).expect_refusal(401, kode="BOK-001")

    assert outcome.judged == {"KODE-1": 1}


def test_a_gateway_may_refuse_in_any_way(told, outcome, wire):
    told(wire(418, b"<html>", "text/html"), GATEWAY).expect_refusal(401, kode="BOK-001")

    assert outcome.findings == []
    assert list(outcome.unjudged) == ["KODE-1"]


def test_what_a_gateway_lets_in_is_no_refusal(told, wire):
    with pytest.raises(NothingToJudgeError):
        told(wire(200, b"<html>", "text/html"), GATEWAY).expect_refusal(401)


def test_a_refusal_in_nobody_s_form_leaves_the_kode_open(told, outcome, wire):
    told(wire(401, b""), HEADER_ONLY).expect_refusal(401, kode="BOK-001")

    assert (outcome.findings, list(outcome.unjudged)) == ([], ["KODE-1"])


@pytest.mark.parametrize("status", [400, 404, 410, 499])
def test_any_refusal_closes(told, outcome, wire, status):
    told(wire(status, b"{}")).expect_closed()

    assert outcome.findings == []


@pytest.mark.parametrize("status", [200, 301, 500])
def test_what_is_no_refusal_does_not_close(told, outcome, wire, status):
    told(wire(status, b"{}")).expect_closed()

    assert [(found.aspect, found.expected) for found in outcome.findings] == [(f"status {status}", "refused with 4xx")]


def test_a_relation_notes_each_kind_of_breach_once(told, notes, wire):
    places = [None, Breach("sum", "3", "4"), Breach("sum", "5", "6"), Breach("order", "a", "b")]

    assert told(wire(200, b"{}")).judge(places) == 4

    kept = [contradiction.deviation for contradiction in notes.take_contradictions()]
    assert [(each.requirement, each.aspect, each.actual) for each in kept] == [
        ("KODE-2", "sum", "4"),
        ("KODE-2", "order", "b"),
    ]


def test_a_relation_over_a_gateway_s_answer_is_left_open(told, notes, outcome, wire):
    told(wire(200, b"{}"), GATEWAY).judge([Breach("sum", "3", "4")], "no_null")

    assert notes.take_contradictions() == []
    assert list(outcome.unjudged) == ["no_null"]


def test_a_relation_of_one_answer_accuses_by_itself(told, outcome, wire):
    told(wire(200, b"{}")).judge_by_itself([Breach("sum", "3", "4"), None], "no_null")

    assert [(found.requirement, found.aspect) for found in outcome.findings] == [("no_null", "sum")]
    assert outcome.judged == {"no_null": 1}


def test_a_relation_over_nothing_is_not_a_judgement(told, outcome, wire):
    assert told(wire(200, b"{}")).judge([]) == 0
    told(wire(200, b"{}")).judge_by_itself([], "no_null")

    assert outcome.judged == {}
