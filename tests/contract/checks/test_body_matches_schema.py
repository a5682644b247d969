"""A body has the documented form; more than that is allowed, less is not."""

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


def xml(price: str, more: str = "") -> bytes:
    return f"<boeker><hylle>7</hylle><bok><tittel>Sult</tittel><pris>{price}</pris>{more}</bok></boeker>".encode()


@pytest.mark.parametrize("price", ["100", "100.50", "-100.5", "+.5", "1e2", " 100.50\n", "<!-- i kroner -->", ""])
def test_numbers_of_xml_pass(wire, verdict_of, price):
    assert verdict_of("body_matches_schema", wire(200, xml(price), "application/xml")) == []


@pytest.mark.parametrize(
    "price",
    [
        "1-100.50",
        "100,50",
        "1 000",
        "1_000",
        "kr 100",
        "NaN",
        "INF",
        "-Infinity",
        "sNaN",
        "1e999999999",
        "1" * 999,
        "٣",
    ],
)
def test_a_number_of_xml_that_is_no_number_is_a_breach(wire, verdict_of, price):
    assert verdict_of("body_matches_schema", wire(200, xml(price), "application/xml")) == ["$.bok[].pris: type"]


def test_how_xml_writes_lists_and_what_it_leaves_out_is_open(wire, verdict_of):
    body = b"<boeker><boeker><bok><tittel>Sult</tittel></bok></boeker></boeker>"

    assert verdict_of("body_matches_schema", wire(200, body, "application/xml")) == []


def test_a_date_of_xml_has_its_form(wire, verdict_of):
    body = xml("1.0", "<utgitt>1.6.1890</utgitt>")

    assert verdict_of("body_matches_schema", wire(200, body, "application/xml")) == ["$.bok[].utgitt: format"]


@pytest.mark.parametrize("content_type", ["text/html", ""])
def test_other_media_types_are_not_judged(wire, verdict_of, content_type):
    assert verdict_of("body_matches_schema", wire(200, b"<boeker/>", content_type)) is None


@pytest.mark.parametrize(("body", "content_type"), [(b"<boeker>", "application/xml"), (b"{", "application/json")])
def test_what_cannot_be_read_is_the_matter_of_another_check(wire, verdict_of, body, content_type):
    assert verdict_of("body_matches_schema", wire(200, body, content_type)) is None


def test_nothing_in_place_of_a_body_is_a_breach(wire, verdict_of):
    assert verdict_of("body_matches_schema", wire(200, b"null")) == ["$: type"]


def test_no_value_of_the_body_stands_in_the_text(wire, contract):
    from harness.contract.checks import Call, all_checks

    body = b'{"hylle": "7", "bok": [{"tittel": 14838290095, "pris": "hemmelig"}]}'
    breaches = list(all_checks()["body_matches_schema"].breaches(Call(wire(200, body), contract)))

    assert {(breach.expected, breach.actual) for breach in breaches} == {
        ("type number at $.bok[0].pris", "$.bok[0].pris is of another type: a string"),
        ("type string at $.bok[0].tittel", "$.bok[0].tittel is of another type: a number"),
    }
