"""A body is walked along with its schema, both in JSON and in XML."""

from decimal import Decimal

import pytest

from harness.contract.places import body_of, places

JSON = b'{"hylle": "7", "nytt": 1, "bok": [{"tittel": "Sult", "pris": 1.50, "laaner": {"konto": "***1"}}]}'
XML = b"""<?xml version='1.0' encoding='UTF-8'?>
<b:boeker xmlns:b='urn:b'><b:hylle>7</b:hylle><b:bok><b:tittel>Sult</b:tittel><b:pris>1.50</b:pris>
<b:laaner><b:konto>***1</b:konto></b:laaner></b:bok></b:boeker>"""

FORMS = pytest.mark.parametrize(("body", "media_type"), [(JSON, "application/json"), (XML, "application/xml")])


@FORMS
def test_every_known_value_has_a_place(wire, contract, body, media_type):
    operation = contract.document.operation("boeker")

    found = [(p.path, p.value) for p in places(contract.document, operation, wire(200, body, media_type).response)]

    assert [(path, value) for path, value in found if not isinstance(value, (dict, list))] == [
        ("$.hylle", "7"),
        ("$.bok[].tittel", "Sult"),
        ("$.bok[].pris", Decimal("1.50")),
        ("$.bok[].laaner.konto", "***1"),
    ]


@FORMS
def test_a_place_knows_what_is_around_it(wire, contract, body, media_type):
    operation = contract.document.operation("boeker")

    *_, konto = places(contract.document, operation, wire(200, body, media_type).response)

    assert konto.schema == {"type": "string", "x-provestand-account": True}
    assert [bool(schema.get("x-provestand-private")) for schema in konto.around] == [False, False, False, True]


def test_xml_is_read_by_its_schema(wire, contract):
    operation = contract.document.operation("boeker")

    body = body_of(contract.document, operation, wire(200, XML, "application/xml").response)

    assert body == {
        "hylle": "7",
        "bok": [{"tittel": "Sult", "pris": Decimal("1.50"), "laaner": {"konto": "***1"}}],
    }


@pytest.mark.parametrize(
    ("body", "media_type"), [(b"{", "application/json"), (b"<a>", "application/xml"), (b"x", "text/html")]
)
def test_a_body_that_cannot_be_read_has_no_places(wire, contract, body, media_type):
    operation = contract.document.operation("boeker")

    assert list(places(contract.document, operation, wire(200, body, media_type).response)) == []
