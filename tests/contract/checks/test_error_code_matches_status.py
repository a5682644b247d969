"""Code and status belong together, and the broken promise is the code's own."""

from harness.contract.checks import Call, judge


def test_a_code_with_its_status_passes(wire, verdict_of):
    assert verdict_of("error_code_matches_status", wire(404, b'{"kode": "BOK-002"}')) == []


def test_a_code_with_another_status_is_a_deviation(wire, verdict_of):
    answer = wire(401, b'{"kode": "BOK-002"}')

    assert verdict_of("error_code_matches_status", answer) == ["BOK-002 with status 401"] * 2


def test_the_code_that_belongs_to_the_status_breaks_its_promise_too(wire, contract):
    judgements = judge(Call(wire(401, b'{"kode": "BOK-002"}'), contract))

    [broken] = [judgement.deviations for judgement in judgements if judgement.check == "error_code_matches_status"]
    assert [deviation.requirement for deviation in broken] == ["error_code_matches_status", "KODE-1"]


def test_an_unknown_code_has_no_status(wire, verdict_of):
    assert verdict_of("error_code_matches_status", wire(404, b'{"kode": "BOK-099"}')) is None
