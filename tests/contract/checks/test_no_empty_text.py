"""No text is empty, and none has blanks around it."""


def test_texts_pass(wire, verdict_of):
    assert verdict_of("no_empty_text", wire(200, b'{"hylle": "7 A", "nytt": ""}')) == []


def test_an_empty_text_is_a_deviation(wire, verdict_of):
    assert verdict_of("no_empty_text", wire(200, b'{"hylle": ""}')) == ["$.hylle: empty"]


def test_blanks_around_a_text_are_a_deviation(wire, verdict_of):
    body = b'{"hylle": "7", "bok": [{"tittel": " Sult", "pris": 1.0}]}'

    assert verdict_of("no_empty_text", wire(200, body)) == ["$.bok[].tittel: outer blanks"]


def test_an_xml_text_is_judged_too(wire, verdict_of):
    assert verdict_of("no_empty_text", wire(200, b"<b><hylle/></b>", "application/xml")) == ["$.hylle: empty"]


def test_no_text_is_not_judged(wire, verdict_of):
    assert verdict_of("no_empty_text", wire(200, b'{"bok": []}')) is None
