"""An error body has one of the published forms."""

import pytest

PROBLEM = "application/problem+json"


@pytest.mark.parametrize(
    "body",
    [
        b'{"type": "about:blank", "status": 400}',
        b'{"type": "about:blank", "status": 422, "kontrollutslag": []}',
        b'{"kode": "BOK-001", "melding": "Ingen adgang"}',
    ],
    ids=["problem", "problem with conditions", "feil"],
)
def test_a_published_form_passes(wire, verdict_of, body):
    assert verdict_of("error_shape_known", wire(400, body, PROBLEM)) == []


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"error": "x"}', b'{"status": "400"}', b'{"status": true}', b"{"])
def test_another_form_is_told(wire, verdict_of, body):
    assert verdict_of("error_shape_known", wire(400, body)) == ["error of no published form with 400"]


def test_a_page_is_another_form(wire, verdict_of):
    page = wire(404, b"<html/>", "text/html")

    assert verdict_of("error_shape_known", page) == ["error of no published form with 404"]


def test_no_body_an_unknown_path_and_a_success_are_not_judged(wire, verdict_of):
    assert verdict_of("error_shape_known", wire(404, b"")) is None
    assert verdict_of("error_shape_known", wire(404, b"{}", path="/finnes/ikke/her")) is None
    assert verdict_of("error_shape_known", wire(200, b"{}")) is None
