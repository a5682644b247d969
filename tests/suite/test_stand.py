"""Something that occasionally refuses a call that is let in otherwise answers like that whatever is asked."""

import pytest

from harness.http.recording import NoRecorder
from harness.suite.stand import Stand

PAGE = b"<html><body>Access Denied</body></html>"


@pytest.fixture
def stand(contract, redactor):
    """Only answers to a call that was let in; the rest is not requested."""
    nobody = dict.fromkeys(["target", "api", "client", "gate", "maskinporten", "issuer_http", "pause"])
    return Stand(contract=contract, recorder=NoRecorder(), redactor=redactor, **nobody)


@pytest.fixture
def asked(stand, wire):
    """The answers that the call got: the ninth of ten is a page."""
    given = []

    def answer():
        given.append(wire(403, PAGE, "text/html") if len(given) % 10 == 8 else wire(200, b"{}"))
        return given[-1]

    stand.let_in = answer
    return given


def test_an_answer_that_comes_to_one_call_in_ten_is_found_out_and_known_from_then_on(stand, asked, wire):
    suspected = wire(403, PAGE, "text/html").response

    assert stand.is_answered_now_and_then(suspected)
    assert stand.is_answered_now_and_then(suspected)
    assert len(asked) == 9


def test_an_answer_that_no_other_call_is_given_is_looked_for_once_and_stays_the_service_s(stand, asked, wire):
    suspected = wire(404, b"no such case", "text/plain").response

    assert not stand.is_answered_now_and_then(suspected)
    assert not stand.is_answered_now_and_then(suspected)
    assert len(asked) == 30


def test_what_bears_the_api_s_own_marks_is_no_stranger_s(stand, wire):
    own = wire(403, b'{"kode": "BOK-001", "melding": "Ingen adgang", "korrelasjonsid": "k"}')
    stand.let_in = lambda: own

    assert not stand.is_answered_now_and_then(own.response)


def test_without_a_call_that_was_let_in_nothing_is_known(stand, wire):
    assert not stand.is_answered_now_and_then(wire(403, PAGE, "text/html").response)
