"""A feilid belongs to one call."""


def test_a_new_one_passes(wire, verdict_of):
    assert verdict_of("feilid_unique", wire(404, b'{"status": 404, "feilid": "b"}'), {"a": "GET /x"}) == []


def test_one_seen_before_is_a_deviation(wire, verdict_of):
    answer = wire(404, b'{"status": 404, "feilid": "a"}')

    assert verdict_of("feilid_unique", answer, {"a": "GET /x"}) == ["feilid reused"]


def test_one_that_the_client_chose_is_not_judged(wire, verdict_of):
    answer = wire(404, b'{"status": 404, "feilid": "a"}', sent={"Korrelasjonsid": "a"})

    assert verdict_of("feilid_unique", answer, {"a": "GET /x"}) is None


def test_an_error_without_one_is_not_judged(wire, verdict_of):
    assert verdict_of("feilid_unique", wire(404, b'{"status": 404}')) is None
