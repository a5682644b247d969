"""JSON is in UTF-8."""


def test_utf8_passes(wire, verdict_of):
    body = '{"hylle": "æøå"}'.encode()

    assert verdict_of("charset_utf8", wire(200, body, 'application/json; charset="UTF-8"')) == []


def test_another_charset_in_the_header_is_a_deviation(wire, verdict_of):
    assert verdict_of("charset_utf8", wire(200, b"{}", "application/json;charset=ISO-8859-1")) == ["charset named"]


def test_bytes_in_another_charset_are_a_deviation(wire, verdict_of):
    assert verdict_of("charset_utf8", wire(200, '{"hylle": "å"}'.encode("latin-1"))) == ["charset of the bytes"]


def test_xml_says_its_charset_itself(wire, verdict_of):
    assert verdict_of("charset_utf8", wire(200, b"<a/>", "application/xml; charset=ISO-8859-1")) is None
