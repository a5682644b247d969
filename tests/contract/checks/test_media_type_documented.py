"""The Content-Type is documented, and is the one that the client asked for."""

from harness.contract.checks import Call, media_type_documented
from harness.contract.pinned import contract_of
from tests.conftest import BASE


def test_a_documented_type_passes(wire, verdict_of):
    answer = wire(200, b"{}", "application/json; charset=utf-8", sent={"Accept": "application/json"})

    assert verdict_of("media_type_documented", answer) == []


def test_an_undocumented_type_is_a_deviation(wire, verdict_of):
    assert verdict_of("media_type_documented", wire(200, b"{}", "text/plain")) == ["undocumented media type for 200"]


def test_no_type_at_all_is_a_deviation(wire, verdict_of):
    assert verdict_of("media_type_documented", wire(200, b"{}", "")) == ["undocumented media type for 200"]


def test_another_type_than_the_one_asked_for_is_a_deviation(wire, verdict_of):
    answer = wire(200, b"{}", sent={"Accept": "application/xml"})

    assert verdict_of("media_type_documented", answer) == ["application/xml asked for"]


def test_an_empty_body_has_no_type_to_judge(wire, verdict_of):
    assert verdict_of("media_type_documented", wire(404, b"", "")) is None


def test_among_several_formats_the_server_chooses(wire, verdict_of):
    sent = {"Accept": "application/xml;q=0.2, application/json"}

    assert verdict_of("media_type_documented", wire(200, b"{}", sent=sent)) == []


def test_a_problem_is_json_for_whoever_asks_for_json(wire):
    """The published answers have either type, and a client that reads JSON can read both."""
    contract = contract_of("utleggsbegjaering").served_at(BASE)
    sent = {"Accept": "application/json"}
    answer = wire(404, b'{"status": 404}', "application/problem+json", path="/status/X", sent=sent)

    assert list(media_type_documented.breaches(Call(answer, contract))) == []
