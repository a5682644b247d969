"""Whatever is sent, the answer is the documented error, never a 500, and nothing is stored."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

JSON = {"Content-Type": "application/json"}
SETTINGS = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
MALFORMED = {
    "empty": b"",
    "no JSON": b"<begjaering/>",
    "half": b'{"underskrift": ',
    "a number": b"7",
    "a list": b"[]",
    "null": b"null",
    "no UTF-8": b'{"underskrift": "\xff"}',
    "Latin-1": '{"underskrift": "Søren"}'.encode("latin-1"),
    "UTF-16": '{"underskrift": "Siri"}'.encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf{}",
    "NaN": b'{"a": NaN}',
    "infinity": b'{"a": -Infinity}',
    "a long number": b'{"a": ' + b"9" * 10_000 + b"}",
    "a large exponent": b'{"kravTilInnkreving": 1e999999999999999999999}',
    "deep lists": b"[" * 100_000,
    "deep and closed": b"[" * 5_000 + b"]" * 5_000,
    "deep objects": b'{"a":' * 100_000,
    "a lone surrogate": b'{"underskrift": "\\ud800", "\\udfff": 1}',
}


def assert_refused(answer: Any, *statuses: int) -> None:
    body = answer.json()
    assert answer.status_code in statuses, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert body["status"] == answer.status_code
    assert {"type", "title", "status", "detail", "instance", "feilid", "feilkode"} == body.keys()


@pytest.mark.parametrize("name", MALFORMED)
@pytest.mark.parametrize("path", ["", "/valider", "/betjeningskartet", "/innsyn/trekk", "/beslutning"])
def test_what_is_no_message_is_400_and_nothing_is_kept(sender: Any, name: str, path: str):
    before = sender.counts()

    answer = sender.call("POST", path, content=MALFORMED[name], headers=JSON)

    assert_refused(answer, 400)
    assert sender.counts() == before


def test_thirty_megabytes_are_refused_and_not_kept(sender: Any):
    before = sender.counts()
    body = json.dumps({"underskrift": "x" * 30_000_000}).encode()

    answer = sender.call("POST", "", content=body, headers=JSON)

    assert_refused(answer, 400)
    assert sender.counts() == before


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/json; charset=iso-8859-1", ""])
def test_another_media_type_is_refused(sender: Any, kind: str):
    body = json.dumps(sender.begjaering()).encode()

    assert_refused(sender.call("POST", "/valider", content=body, headers={"Content-Type": kind}), 400)


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON"])
def test_the_media_type_may_be_written_in_other_ways(sender: Any, kind: str):
    body = json.dumps(sender.begjaering()).encode()

    assert sender.call("POST", "/valider", content=body, headers={"Content-Type": kind}).status_code == 204


@pytest.mark.parametrize(("accept", "status"), [("text/html", 406), ("application/json;q=0", 406), ("*/*", 200)])
def test_an_answer_that_is_not_acceptable_is_406(sender: Any, accept: str, status: int):
    answer = sender.call("GET", "/status/TEST_SAK_OPPRETTET", headers={"Accept": accept})

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "", "POST"),
        ("PATCH", "/valider", "POST"),
        ("GET", "/betjeningskartet", "POST"),
        ("DELETE", "/status/x", "GET"),
    ],
)
def test_another_method_is_405_and_says_which_there_are(sender: Any, method: str, path: str, allowed: str):
    answer = sender.call(method, path)

    assert_refused(answer, 405)
    assert answer.headers["allow"] == allowed


@pytest.mark.parametrize(
    "path", ["/a/b", "/vedlegg/", "/status/", "/status/a/b", "/krav//innbetaling", "/" + "x" * 10_000, "/valider/"]
)
def test_an_unknown_address_is_404(sender: Any, path: str):
    assert_refused(sender.call("GET", path), 404)


def test_every_fault_of_form_is_told_with_its_place_and_nothing_of_its_value(sender: Any):
    begjaering = sender.begjaering()
    begjaering["underskrift"] = 13579
    begjaering["kravTilInnkreving"][2]["prioritetISak"] = "2"
    begjaering["saksoekt"][0]["saksoekt"]["virksomhet"] = {"navn": "HEMMELIG"}

    detail = sender.submit(begjaering).json()["detail"]

    assert "$.underskrift: " in detail
    assert "$.kravTilInnkreving[2].prioritetISak: må være et heltall" in detail
    assert "$.saksoekt[0].saksoekt.virksomhet.identifikator: " in detail
    assert "HEMMELIG" not in detail
    assert "13579" not in detail


FORM_FAULTS: dict[str, Any] = {
    "required field missing": lambda b: b.pop("underskrift"),
    "text for a list": lambda b: b.update(saksoeker="x"),
    "empty list of parties": lambda b: b.update(saksoeker=[]),
    "no basis": lambda b: b.update(begjaeringensTvangsgrunnlag=[]),
    "value outside a list of values": lambda b: b.update(tvangsfullbyrdelsestype="alt"),
    "value removed in 2.0": lambda b: b["begjaeringensTvangsgrunnlag"][0]["varsel"][0].update(type="inkassovarsel"),
    "a day that does not exist": lambda b: b.update(begjaeringsdato="2026-02-30"),
    "a date of another form": lambda b: b.update(begjaeringsdato="20260520"),
    "a time for a date": lambda b: b.update(begjaeringsdato="2026-05-20T00:00:00Z"),
    "a text for a truth value": lambda b: b["betalingsinformasjon"].update(norskKonto="true"),
    "a text for a number": lambda b: b["kravTilInnkreving"][0]["opprinneligBeloep"].update(beloep="9000"),
    "too long a text": lambda b: b.update(underskrift="x" * 4001),
    "three digits of a postcode": lambda b: _domestic(b).update(postnummer="701"),
    "no digit at all": lambda b: b["betalingsinformasjon"].update(kidnummer="abc"),
    "a KID of one digit": lambda b: b["betalingsinformasjon"].update(kidnummer="1"),
    "an uuid of another form": lambda b: b["vedlegg"][0].update(uuid="123"),
    "no uuid field": lambda b: b["vedlegg"][0].pop("uuid"),
    "two of a choice": lambda b: b["saksoekt"][0]["saksoekt"].update(sammenslutning={"navn": "x"}),
    "none of a choice": lambda b: b["saksoekt"][0]["saksoekt"].pop("person"),
    "no channel of a notice": lambda b: b["begjaeringensTvangsgrunnlag"][0]["varsel"][0].pop("forsendelsemaateType"),
    "null": lambda b: b.update(innsenderReferanse=None),
    "a district that does not exist": lambda b: b.update(
        valgtNamsmannsdistrikt={"namsmannsdistrikt": "Namsfogden i Moss"}
    ),
}


def _domestic(begjaering: Any) -> Any:
    return begjaering["saksoekt"][0]["saksoekt"]["adresse"][0]["adresseInnland"]


@pytest.mark.parametrize("name", FORM_FAULTS)
def test_a_fault_of_form_is_400_without_conditions(sender: Any, name: str):
    begjaering = sender.begjaering()
    begjaering["betalingsinformasjon"]["kontoinformasjon"] = {}
    FORM_FAULTS[name](begjaering)

    assert_refused(sender.submit(begjaering), 400)
    assert_refused(sender.validate(begjaering), 400)


def test_what_the_model_does_not_know_is_ignored(sender: Any):
    begjaering = sender.begjaering()
    begjaering["nytt"] = {"noe": 1}
    begjaering["begjaeringensTvangsgrunnlag"][0]["saerligTvangsgrunnlag"]["paalydendeBeloep"] = {"beloep": 1}

    assert sender.validate(begjaering).status_code == 204


@SETTINGS
@given(body=st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_octets_get_a_documented_answer(sender: Any, body: bytes):
    assert_refused(sender.call("POST", "", content=body, headers=JSON), 400)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=10,
)


@SETTINGS
@given(data=st.data(), value=JSON_VALUES)
def test_any_value_anywhere_is_judged_and_submit_agrees_with_validate(sender: Any, data: st.DataObject, value: Any):
    begjaering = sender.begjaering()
    node: Any = begjaering
    while True:
        keys = sorted(node) if isinstance(node, dict) else list(range(len(node)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(node[key], dict | list) or not node[key] or data.draw(st.integers(0, 3)) == 0:
            node[key] = value
            break
        node = node[key]

    validated, submitted = sender.validate(begjaering), sender.submit(begjaering)

    assert validated.status_code in {204, 400, 422}, validated.text
    assert {204: 201}.get(validated.status_code, validated.status_code) == submitted.status_code
