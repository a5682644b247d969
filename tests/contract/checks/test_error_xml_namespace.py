"""An XML error is in its namespace, root and fields."""

import pytest

NS = b'xmlns="urn:no:skatteetaten:datasamarbeid:feil:v1"'


def test_the_namespace_passes(wire, verdict_of):
    body = b"<feil " + NS + b"><kode>B</kode><melding>x</melding><mer xmlns=''/></feil>"

    assert verdict_of("error_xml_namespace", wire(404, body, "application/xml")) == []


def test_a_prefix_is_as_good(wire, verdict_of):
    body = b'<f:feil xmlns:f="urn:no:skatteetaten:datasamarbeid:feil:v1"><f:kode>B</f:kode></f:feil>'

    assert verdict_of("error_xml_namespace", wire(404, body, "application/xml")) == []


@pytest.mark.parametrize(
    ("body", "aspects"),
    [
        (b"<feil><kode>B</kode></feil>", ["namespace of feil", "namespace of kode"]),
        (b"<feil " + NS + b"><kode xmlns=''>B</kode><melding>x</melding></feil>", ["namespace of kode"]),
        (b"<error><kode>B</kode></error>", ["root of an XML error"]),
        (b'<feil xmlns="urn:andre"><kode>B</kode></feil>', ["namespace of feil", "namespace of kode"]),
    ],
)
def test_another_namespace_is_a_deviation(wire, verdict_of, body, aspects):
    assert verdict_of("error_xml_namespace", wire(404, body, "application/xml")) == aspects


def test_json_and_success_are_not_judged(wire, verdict_of):
    assert verdict_of("error_xml_namespace", wire(404, b'{"kode": "B"}')) is None
    assert verdict_of("error_xml_namespace", wire(200, b"<feil/>", "application/xml")) is None
