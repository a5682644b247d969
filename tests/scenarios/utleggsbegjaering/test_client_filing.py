"""How a client's submissions are judged: its bodies are read whatever they contain."""

import pytest

from harness.contract.client_calls import ClientCall
from harness.exchange import Request
from scenarios.utleggsbegjaering.client.filing import body_of, missing_from


def sent(body: bytes) -> ClientCall:
    return ClientCall(Request("POST", "https://elan.test/v2", (), body), None, "utleggsbegjaering", 0.0, 0.0)


@pytest.mark.parametrize("levels", [900, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_a_body_nested_beyond_all_reason_is_none(levels, opening, closing):
    deep = b'{"saksoeker":' + opening * levels + b"1" + closing * levels + b"}"

    assert missing_from(body_of(sent(deep)), {"saksoeker": [{"navn": "A"}]}) == {"saksoeker[].navn": "A"}


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"\xff", b'"text"'])
def test_what_is_no_object_is_none(body):
    assert body_of(sent(body)) == {}


def test_lists_may_be_in_another_order_and_nothing_in_them_lost():
    given = {"kravTilInnkreving": [{"beloep": 1.5, "uuid": "a"}, {"beloep": 2.25}, {"beloep": 1.5}]}
    turned = b'{"kravTilInnkreving": [{"beloep": 2.25}, {"beloep": 1.50, "uuid": "b"}, {"beloep": 1.5}]}'
    short = b'{"kravTilInnkreving": [{"beloep": 2.25}, {"beloep": 1.5}]}'

    assert missing_from(body_of(sent(turned)), given) == {}
    assert missing_from(body_of(sent(short)), given) == {"kravTilInnkreving[].beloep": 1.5}
