"""A JSON body has the documented form; more than that is allowed, less is not."""

import pytest


def test_the_documented_form_passes(wire, verdict_of):
    body = b'{"hylle": "7", "bok": [{"tittel": "Sult", "pris": 100.0, "utgitt": "1890-06-01", "innbinding": "myk"}]}'

    assert verdict_of("body_matches_schema", wire(200, body)) == []


def test_a_new_field_is_compatible(wire, verdict_of):
    assert verdict_of("body_matches_schema", wire(200, b'{"hylle": "7", "nytt": {"x": null}}')) == []


@pytest.mark.parametrize(
    ("book", "aspect"),
    [
        (b'{"pris": 1.0}', "$.bok[]: required tittel"),
        (b'{"tittel": "Sult", "pris": "1.0"}', "$.bok[].pris: type"),
        (b'{"tittel": "Sult", "pris": null}', "$.bok[].pris: type"),
        (b'{"tittel": "Sult", "pris": 1.0, "utgitt": "1.6.1890"}', "$.bok[].utgitt: format"),
    ],
)
def test_a_breach_is_named_by_place_and_keyword(wire, verdict_of, book, aspect):
    assert verdict_of("body_matches_schema", wire(200, b'{"hylle": "7", "bok": [' + book + b"]}")) == [aspect]


def test_an_unknown_value_of_a_closed_list_is_the_matter_of_another_check(wire, verdict_of):
    body = b'{"hylle": "7", "bok": [{"tittel": "Sult", "pris": 1.0, "innbinding": "skinn"}]}'

    assert verdict_of("body_matches_schema", wire(200, body)) == []


def test_the_same_breach_in_many_items_is_one(wire, verdict_of):
    body = b'{"hylle": "7", "bok": [{"pris": 1.0}, {"pris": 2.0}]}'

    assert verdict_of("body_matches_schema", wire(200, body)) == ["$.bok[]: required tittel"]


def test_an_error_body_is_held_against_its_own_schema(wire, verdict_of):
    assert verdict_of("body_matches_schema", wire(404, b'{"kode": 7}')) == ["$.kode: type"]


@pytest.mark.parametrize("content_type", ["application/xml", "text/html", ""])
def test_other_media_types_are_not_judged(wire, verdict_of, content_type):
    assert verdict_of("body_matches_schema", wire(200, b"<boeker/>", content_type)) is None


def test_no_value_of_the_body_stands_in_the_text(wire, contract):
    from harness.contract.checks import Call, all_checks

    body = b'{"hylle": "7", "bok": [{"tittel": 14838290095, "pris": "hemmelig"}]}'
    breaches = list(all_checks()["body_matches_schema"].breaches(Call(wire(200, body), contract)))

    assert {(breach.expected, breach.actual) for breach in breaches} == {
        ("type number at $.bok[0].pris", "$.bok[0].pris is of another type: a string"),
        ("type string at $.bok[0].tittel", "$.bok[0].tittel is of another type: a number"),
    }
