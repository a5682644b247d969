"""An XML error has its fields in the order of the schema."""

import pytest

NS = b'xmlns="urn:no:skatteetaten:datasamarbeid:feil:v1"'


@pytest.mark.parametrize(
    "fields",
    [
        b"<kode>B</kode><melding>x</melding><korrelasjonsid>k</korrelasjonsid>",
        b"<kode>B</kode><melding>x</melding>",
        b"<kode>B</kode><nytt>n</nytt><melding>x</melding>",
    ],
)
def test_the_order_passes(wire, verdict_of, fields):
    body = b"<feil " + NS + b">" + fields + b"</feil>"

    assert verdict_of("error_xml_order", wire(404, body, "application/xml")) == []


def test_another_order_is_a_deviation(wire, verdict_of):
    body = b"<feil " + NS + b"><melding>x</melding><kode>B</kode></feil>"

    assert verdict_of("error_xml_order", wire(404, body, "application/xml")) == ["XML order"]


def test_json_has_no_order(wire, verdict_of):
    assert verdict_of("error_xml_order", wire(404, b'{"melding": "x", "kode": "B"}')) is None
