"""A status that the document does not give is a deviation."""


def test_a_documented_status_passes(wire, verdict_of):
    assert verdict_of("status_documented", wire(200, b"{}")) == []


def test_an_undocumented_status_is_a_deviation(wire, verdict_of):
    assert verdict_of("status_documented", wire(418, b"{}")) == ["status 418"]


def test_an_unknown_path_has_no_documented_statuses(wire, verdict_of):
    assert verdict_of("status_documented", wire(418, b"{}", path="/hyller/7/filmer")) is None
