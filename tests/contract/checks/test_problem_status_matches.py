"""The status inside a problem is the status of the answer."""


def test_the_same_status_passes(wire, verdict_of):
    assert verdict_of("problem_status_matches", wire(404, b'{"status": 404}', "application/problem+json")) == []


def test_another_status_is_told(wire, verdict_of):
    found = verdict_of("problem_status_matches", wire(422, b'{"status": 400, "kontrollutslag": []}'))

    assert found == ["problem of 400 with status 422"]


def test_what_is_no_problem_is_not_judged(wire, verdict_of):
    assert verdict_of("problem_status_matches", wire(404, b'{"kode": "BOK-002", "melding": "m"}')) is None
    assert verdict_of("problem_status_matches", wire(200, b'{"status": 404}')) is None
