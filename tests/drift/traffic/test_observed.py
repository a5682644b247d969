"""Recorded traffic compared with a document, and with other traffic."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.drift.documents.loading import load
from harness.drift.policy import load_policy
from harness.drift.report import observed_report
from harness.drift.traffic.observed import observe
from harness.drift.traffic.recordings import between, learn
from harness.har import read_recording
from harness.redaction.redactor import Redactor

DOCUMENT = """
openapi: 3.0.3
info: {title: Bøker, version: '1'}
paths:
  /hyller/{hylle}/boeker:
    get:
      responses:
        '200':
          description: The books.
          headers: {X-Side: {required: true, schema: {type: integer}}}
          content: {application/json: {schema: {$ref: '#/components/schemas/Boeker'}}}
        '404': {description: None., content: {application/json: {schema: {type: object}}}}
components:
  schemas:
    Boeker:
      type: object
      required: [hylle]
      properties: {hylle: {type: string}, bok: {type: array, items: {$ref: '#/components/schemas/Bok'}}}
    Bok:
      type: object
      required: [tittel]
      properties:
        tittel: {type: string}
        pris: {type: number}
        utgitt: {type: string, format: date}
        innbinding: {type: string, enum: [hard, myk]}
"""


def entry(
    body: Any,
    status: int = 200,
    path: str = "/hyller/7/boeker",
    media: str = "application/json",
    headers: dict[str, str] | None = None,
    method: str = "GET",
    root: str = "https://api.example.test/v1",
) -> dict[str, Any]:
    sent = {"X-Side": "1", "Content-Type": media} if headers is None else headers
    return {
        "startedDateTime": "2026-01-01T00:00:00Z",
        "time": 3,
        "request": {"method": method, "url": f"{root}{path}", "headers": []},
        "response": {
            "status": status,
            "headers": [{"name": name, "value": value} for name, value in sent.items()],
            "content": {"text": body if isinstance(body, str) else json.dumps(body), "mimeType": media},
        },
    }


def recorded(folder: Path, *entries: dict[str, Any], name: str = "traffic.har") -> Path:
    path = folder / name
    path.write_text(json.dumps({"log": {"version": "1.2", "entries": list(entries)}}), encoding="utf-8")
    return path


@pytest.fixture
def observed(tmp_path):
    (tmp_path / "openapi.yaml").write_text(DOCUMENT, encoding="utf-8")

    def findings(*entries: dict[str, Any]):
        exchanges = read_recording(recorded(tmp_path, *entries)).exchanges
        observation = observe(load(tmp_path / "openapi.yaml"), map(Redactor().exchange, exchanges))
        return observed_report(observation, load_policy("skatteetaten"), "traffic.har")

    return findings


def told(report):
    return [
        (f.severity, f.rule, f.message.partition(": response ")[2] or f.message, f.seen)
        for f in report.findings
        if f.rule != "property-never-seen"
    ]


BOOK = {"tittel": "Sult", "pris": 100.0, "utgitt": "1890-01-01", "innbinding": "hard"}


def shelf(**changes: Any) -> dict[str, Any]:
    return {"hylle": "7", "bok": [BOOK | changes]}


def test_traffic_that_keeps_to_the_document_is_no_drift(observed):
    report = observed(entry(shelf()), entry({"kode": "x"}, 404, headers={"Content-Type": "application/json"}))

    assert told(report) == []
    assert report.basis == "2 answers judged"


@pytest.mark.parametrize(
    ("change", "severity", "rule"),
    [
        ({"pris": "100"}, "breaking", "type-widened"),
        ({"pris": None}, "breaking", "nullable-widened"),
        ({"utgitt": "1890"}, "breaking", "format-widened"),
        ({"innbinding": "lydbok"}, "warning", "enum-widened"),
        ({"forlag": "Gyldendal"}, "compatible", "property-added"),
    ],
)
def test_what_answers_are_is_graded_as_the_next_version_would_be(observed, change, severity, rule):
    report = observed(entry(shelf(**change)), entry(shelf(**change)))

    assert [(s, r, seen) for s, r, _, seen in told(report)] == [(severity, rule, 2)]
    assert report.findings[0].witness["accepted_by"] == "traffic"


def test_a_required_field_that_is_missing(observed):
    report = observed(entry({"hylle": "7", "bok": [{"pris": 1}]}))

    assert told(report) == [("breaking", "required-widened", '200: bok[]: "tittel" is a required property', 1)]


def test_statuses_media_types_and_headers(observed):
    report = observed(
        entry({}, 500),
        entry("<bok/>", media="application/xml"),
        entry(shelf(), headers={"Content-Type": "application/json", "X-Ny": "1", "Date": "x"}),
    )

    assert {(severity, rule) for severity, rule, _, _ in told(report)} == {
        ("warning", "error-status-added"),
        ("compatible", "response-media-type-added"),
        ("compatible", "header-added"),
        ("breaking", "header-optional"),
    }


def test_objects_in_an_answer_that_comes_again_count_again(observed):
    same = {"hylle": "7", "bok": [{"tittel": "Sult", "pris": 1, "utgitt": "1890-01-01"}]}

    report = observed(entry(same), entry(same), entry(same, path="/hyller/8/boeker"))

    assert [(f.rule, f.path, f.seen) for f in report.findings] == [
        ("property-never-seen", ("bok", "[]", "innbinding"), 3)
    ]


def test_fields_that_are_documented_and_never_come_are_told(observed):
    report = observed(entry({"hylle": "7", "bok": [{"tittel": "Sult"}, {"tittel": "Pan", "pris": 1}]}))

    never = [(f.severity, f.message, f.seen) for f in report.findings if f.rule == "property-never-seen"]
    missing = "2 documented properties are not in the one answer: bok[].innbinding, bok[].utgitt"
    assert never == [("compatible", f"GET /hyller/{{hylle}}/boeker: response 200: {missing}", 1)]


def test_answers_whose_body_cannot_be_judged_are_counted(observed):
    bodiless = entry("")
    bodiless["response"]["content"] = {"size": 812, "mimeType": "application/json"}
    deep = entry('{"hylle":' + "[" * 100_000 + "]" * 100_000 + "}")

    report = observed(bodiless, deep, entry("{cut"), entry(shelf()))

    assert report.facts == {"judged": 1, "elsewhere": 0, "unread": 3}
    assert report.notes == (
        "3 answers were not judged: the body was not recorded, or is cut, nested too deep or not JSON.",
    )


def test_a_call_that_no_operation_is_documented_for(observed):
    report = observed(
        entry({}, path="/hyller/7/filmer"), entry({}, root="https://annet.test", path="/x"), entry(shelf())
    )

    assert [(s, r) for s, r, _, _ in told(report)] == [("warning", "operation-not-documented")]
    assert report.facts == {"judged": 1, "elsewhere": 1, "unread": 0}
    assert report.notes == ("1 call was not to this API and not judged.",)


def test_a_recording_of_something_else_is_told_as_such(observed):
    report = observed(entry({}, root="https://annet.test", path="/x"))

    assert report.notes[0] == (
        "None of the recorded calls is in this document. Make sure that the right recording is compared."
    )
    assert report.basis == "nothing was judged"


ROOTED = DOCUMENT.replace("paths:", "servers: [{url: 'https://a.test/api/boeker'}]\npaths:").replace(
    "/hyller/{hylle}/boeker:", "/{hylle}:"
)


def test_below_its_server_a_path_without_words_is_the_apis_and_nowhere_else(tmp_path):
    (tmp_path / "openapi.yaml").write_text(ROOTED, encoding="utf-8")
    recording = recorded(
        tmp_path,
        entry(shelf(), root="http://127.0.0.1:8080/api/boeker", path="/7"),
        entry({"access_token": "x"}, root="http://127.0.0.1:8080", path="/token"),
    )

    observation = observe(load(tmp_path / "openapi.yaml"), read_recording(recording).exchanges)

    assert (observation.judged, observation.elsewhere) == (1, 1)


def test_answers_that_were_not_read_say_nothing_of_what_was_never_seen(observed):
    report = observed(entry({"hylle": "7"}), entry("{"))

    assert [finding.message for finding in report.findings] == [
        "GET /hyller/{hylle}/boeker: response 200: 1 documented property is not in the one answer: bok"
    ]
    assert report.basis == "1 answer judged"


def test_a_body_that_is_not_json_is_not_judged(tmp_path):
    text = DOCUMENT.replace("application/json: {schema: {$ref", "application/xml: {schema: {$ref")
    (tmp_path / "openapi.yaml").write_text(text, encoding="utf-8")
    exchanges = read_recording(recorded(tmp_path, entry("<boeker/>", media="application/xml"))).exchanges

    observation = observe(load(tmp_path / "openapi.yaml"), map(Redactor().exchange, exchanges))

    assert (observation.judged, observation.unread, observation.found) == (0, 1, [])


def test_an_example_holds_nothing_personal(observed):
    report = observed(entry(shelf(ukjent="hos 01019012345", **{"01019012345": 1})))

    assert [f.rule for f in report.findings if f.severity != "warning"] == ["property-added", "property-added"]
    assert "01019012345" not in json.dumps([finding.as_json() for finding in report.findings])


def test_what_was_redacted_is_not_held_against_the_answer(observed):
    assert told(observed(entry(shelf(utgitt="[redacted]", innbinding="[redacted]")))) == []


def compared(folder: Path, old: list[dict[str, Any]], new: list[dict[str, Any]]):
    before = learn(read_recording(recorded(folder, *old, name="old.har")).exchanges)
    after = learn(read_recording(recorded(folder, *new, name="new.har")).exchanges)
    return [(found.rule, found.message.partition(" /v1/hyller/7/boeker: ")[2]) for found in between(before, after)]


def test_data_that_changed_is_told_apart_from_form_that_changed(tmp_path):
    other_data = compared(tmp_path, [entry(shelf())], [entry(shelf(tittel="Pan"))])
    other_order = compared(tmp_path, [entry({"a": [1, 2]})], [entry({"a": [2, 1]})])
    other_form = compared(tmp_path, [entry(shelf())], [entry(shelf(pris="100", forlag="x"))])

    assert other_data == [("data-changed", "1 call is answered with other data")]
    assert other_order == []
    assert other_form == [
        ("member-new", "response 200: bok[].forlag: is in answers, and was in none before"),
        ("form-changed", "response 200: bok[].pris: number became number or string"),
        ("data-changed", "1 call is answered with other data"),
    ]


def test_an_empty_list_says_nothing_of_its_members(tmp_path):
    assert compared(tmp_path, [entry(shelf())], [entry({"hylle": "7", "bok": []})]) == [
        ("data-changed", "1 call is answered with other data"),
    ]


def test_the_document_of_this_test_is_whole():
    assert yaml.safe_load(DOCUMENT)["openapi"] == "3.0.3"
