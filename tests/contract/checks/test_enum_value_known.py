"""A value of a closed list is one that the specification knows."""


def book(innbinding: str) -> bytes:
    return f'{{"hylle": "7", "bok": [{{"tittel": "Sult", "pris": 1.0, "innbinding": "{innbinding}"}}]}}'.encode()


def test_a_known_value_passes(wire, verdict_of):
    assert verdict_of("enum_value_known", wire(200, book("myk"))) == []


def test_an_unknown_value_is_a_deviation(wire, verdict_of):
    assert verdict_of("enum_value_known", wire(200, book("skinn"))) == ["$.bok[].innbinding: unknown value"]


def test_no_closed_list_is_not_judged(wire, verdict_of):
    assert verdict_of("enum_value_known", wire(200, b'{"hylle": "7"}')) is None
