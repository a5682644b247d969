"""A korrelasjonsid belongs to one call."""


def test_a_new_one_passes(wire, verdict_of):
    assert verdict_of("korrelasjonsid_unique", wire(404, b'{"korrelasjonsid": "b"}'), {"a": "GET /x"}) == []


def test_one_seen_before_is_a_deviation(wire, verdict_of):
    answer = wire(404, b'{"korrelasjonsid": "a"}')

    assert verdict_of("korrelasjonsid_unique", answer, {"a": "GET /x"}) == ["korrelasjonsid reused"]


def test_one_that_the_client_chose_is_not_judged(wire, verdict_of):
    answer = wire(404, b'{"korrelasjonsid": "a"}', sent={"Korrelasjonsid": "a"})

    assert verdict_of("korrelasjonsid_unique", answer, {"a": "GET /x"}) is None
