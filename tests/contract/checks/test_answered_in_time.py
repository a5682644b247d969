"""An answer comes within the bound."""


def test_five_seconds_pass(wire, verdict_of):
    assert verdict_of("answered_in_time", wire(200, b"{}", elapsed=5.0)) == []


def test_longer_is_a_deviation(wire, verdict_of):
    assert verdict_of("answered_in_time", wire(200, b"{}", elapsed=5.1)) == ["slow answer"]


def test_an_unknown_path_is_not_judged(wire, verdict_of):
    assert verdict_of("answered_in_time", wire(404, path="/hyller/7/filmer", elapsed=9.0)) is None
