"""Which parts of an answer two variations change, and whether they change the same."""

import gzip
import json

import pytest

from harness.sandbox.faults.answer import Answer
from harness.sandbox.faults.parts import meet, parts_changed, steers, takes_away

CLAIM = {"kravtype": "A", "kravbeskrivelse": {"spraakTekst": [{"spraak": "nb"}]}, "beloep": 12.0}
BODY = {"krav": [CLAIM, CLAIM | {"kravtype": "B"}], "skjermet": False}
PLAIN = (("content-type", "application/json"), ("content-length", "0"))


def answer(body: object, status: int = 200, *further: tuple[str, str]) -> Answer:
    return Answer(status, (*PLAIN, *further), b"").with_json(body)


HEALTHY = answer(BODY)


def with_claims(**members: object) -> Answer:
    return answer(BODY | {"krav": [{**claim, **members} for claim in BODY["krav"]]})


NEW_MEMBER = answer(BODY | {"nytt": 1})
OTHER_TYPES = with_claims(kravtype="C")
ANOTHER_LANGUAGE = with_claims(kravbeskrivelse={"spraakTekst": [{"spraak": "nb"}, {"spraak": "nn"}]})
NO_DESCRIPTIONS = answer(BODY | {"krav": [{"kravtype": "A", "beloep": 12.0}, {"kravtype": "B", "beloep": 12.0}]})
WHOLE_AMOUNTS = with_claims(beloep=12)
FEWER_CLAIMS = answer(BODY | {"krav": [CLAIM]})
TURNED_ROUND = answer(BODY | {"krav": BODY["krav"][::-1]})
INDENTED = HEALTHY.with_body(json.dumps(BODY, indent=2).encode())
COMPRESSED = HEALTHY.with_body(gzip.compress(HEALTHY.body)).with_header("Content-Encoding", "gzip")
WITH_CHARSET = HEALTHY.with_header("content-type", "application/json;charset=UTF-8")
NO_LENGTH = HEALTHY.without_header("Content-Length")
MORE_HEADERS = answer(BODY, 200, ("X-Request-Id", "7"))
OTHER_HEADERS = answer(BODY, 200, ("X-Request-Id", "8"))
SLOW = HEALTHY.delayed(0.1)
REFUSED = answer({"kode": "KB-001"}, 401)
REFUSED_IN_OTHER_WORDS = answer({"kode": "KB-001", "melding": "Nei"}, 401)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (NEW_MEMBER, OTHER_TYPES),
        (OTHER_TYPES, ANOTHER_LANGUAGE),
        (OTHER_TYPES, TURNED_ROUND),
        (WHOLE_AMOUNTS, OTHER_TYPES),
        (MORE_HEADERS, OTHER_TYPES),
        (MORE_HEADERS, INDENTED),
        (SLOW, COMPRESSED),
        (WITH_CHARSET, NO_LENGTH),
    ],
)
def test_what_changes_no_part_in_common_can_be_on_together(one: Answer, other: Answer):
    assert not meet(parts_changed(HEALTHY, one), parts_changed(HEALTHY, other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (OTHER_TYPES, with_claims(kravtype="D")),
        (NO_DESCRIPTIONS, ANOTHER_LANGUAGE),
        (FEWER_CLAIMS, OTHER_TYPES),
        (INDENTED, NEW_MEMBER),
        (COMPRESSED, NEW_MEMBER),
        (COMPRESSED, INDENTED),
        (WITH_CHARSET, NEW_MEMBER),
        (WITH_CHARSET, INDENTED),
        (NO_LENGTH, OTHER_TYPES),
        (MORE_HEADERS, OTHER_HEADERS),
        (SLOW, HEALTHY.delayed(0.2)),
    ],
)
def test_what_could_hide_another_change_is_not_on_with_it(one: Answer, other: Answer):
    parts = parts_changed(HEALTHY, one), parts_changed(HEALTHY, other)

    assert meet(*parts)
    assert meet(*reversed(parts))


def test_what_is_refused_is_another_answer_than_what_is_accepted():
    assert not meet(parts_changed(REFUSED, REFUSED_IN_OTHER_WORDS), parts_changed(HEALTHY, INDENTED))


def test_a_change_of_a_status_leads_elsewhere():
    assert steers(parts_changed(HEALTHY, HEALTHY.with_status(404)))
    assert not steers(parts_changed(HEALTHY, COMPRESSED))


def test_xml_and_json_that_say_the_same_have_the_same_parts():
    def said_in_xml(claims: str) -> Answer:
        return Answer(200, (("content-type", "application/xml"),), f"<alleKrav>{claims}</alleKrav>".encode())

    before = said_in_xml("<krav><kravtype>A</kravtype></krav><krav><kravtype>B</kravtype></krav>")
    after = said_in_xml("<krav><kravtype>C</kravtype></krav><krav><kravtype>B</kravtype></krav>")
    in_a_namespace = Answer(200, before.headers, before.body.replace(b"<alleKrav>", b'<alleKrav xmlns="urn:x">'))

    assert meet(parts_changed(before, after), parts_changed(HEALTHY, OTHER_TYPES))
    assert not meet(parts_changed(before, after), parts_changed(HEALTHY, ANOTHER_LANGUAGE))
    assert meet(parts_changed(before, in_a_namespace), parts_changed(before, after))


def test_an_empty_element_of_xml_is_an_object_with_no_members():
    def said(content: str) -> Answer:
        return Answer(200, (("content-type", "application/xml"),), f"<svar><konto>{content}</konto></svar>".encode())

    one, other = parts_changed(said(""), said("<ny>1</ny>")), parts_changed(said(""), said("<nyere>1</nyere>"))

    assert not meet(one, other)


@pytest.mark.parametrize(
    "less",
    [
        NO_DESCRIPTIONS,
        FEWER_CLAIMS,
        NO_LENGTH,
        HEALTHY.with_header("Content-Type", "text/html").with_body(b"<html></html>"),
        HEALTHY.with_body(b""),
    ],
)
def test_an_answer_that_lacks_a_header_a_member_or_an_element_takes_something_away(less: Answer):
    assert takes_away(HEALTHY, less)


@pytest.mark.parametrize(
    "other",
    [
        HEALTHY,
        NEW_MEMBER,
        ANOTHER_LANGUAGE,
        OTHER_TYPES,
        TURNED_ROUND,
        INDENTED,
        COMPRESSED,
        MORE_HEADERS,
        WITH_CHARSET,
    ],
)
def test_an_answer_with_more_or_other_things_takes_nothing_away(other: Answer):
    assert not takes_away(HEALTHY, other)


def test_an_element_of_xml_that_came_to_be_repeated_is_still_there():
    def written(*texts: str) -> Answer:
        told = "".join(f"<tekst><spraak>{text}</spraak></tekst>" for text in texts)
        return Answer(200, (("content-type", "application/xml"),), f"<svar>{told}</svar>".encode())

    assert not takes_away(written("nb"), written("nb", "nn"))
    assert takes_away(written("nb", "nn"), written("nb"))
