"""No known field is null."""


def test_values_pass(wire, verdict_of):
    assert verdict_of("no_null", wire(200, b'{"hylle": "7", "nytt": null}')) == []


def test_null_is_a_deviation_wherever_it_stands(wire, verdict_of):
    body = b'{"hylle": null, "bok": [{"tittel": null, "pris": 1.0}, {"tittel": null, "pris": 2.0}]}'

    assert verdict_of("no_null", wire(200, body)) == ["$.bok[].tittel: null", "$.hylle: null"]


def test_xml_knows_no_null(wire, verdict_of):
    assert verdict_of("no_null", wire(200, b"<b><hylle/></b>", "application/xml")) is None
