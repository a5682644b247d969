"""Within the limit nobody is turned away."""


def test_an_answer_passes(wire, verdict_of):
    assert verdict_of("not_throttled", wire(404, b"{}")) == []


def test_429_is_a_deviation(wire, verdict_of):
    assert verdict_of("not_throttled", wire(429, b"slow down", "text/plain")) == ["status 429"]


def test_an_unknown_path_is_not_judged(wire, verdict_of):
    assert verdict_of("not_throttled", wire(429, path="/hyller/7/filmer")) is None
