"""Which calls may have killed a service, by what became of each."""

import httpx
import pytest

from harness.auth.trouble import Trouble
from harness.http.vitals import Vitals

RESET, REFUSED, BUSY = Trouble("reset", "x"), Trouble("refused", "x"), Trouble("busy", "x")


@pytest.fixture
def vitals():
    watched = Vitals()
    watched.end(watched.begin(httpx.Request("GET", "http://a/first")), None, 200)
    return watched


def paths(vitals):
    return [request.url.path for request in vitals.suspects]


def test_a_call_that_is_broken_off_is_named_with_those_on_their_way_and_none_after_it(vitals):
    numbers = [vitals.begin(httpx.Request("GET", f"http://a/{n}")) for n in range(3)]
    vitals.end(numbers[1], RESET, None)
    later = vitals.begin(httpx.Request("GET", "http://a/later"))
    for number in (numbers[0], numbers[2], later):
        vitals.end(number, REFUSED, None)

    assert paths(vitals) == ["/1", "/0", "/2"]


def test_an_answer_that_was_on_its_way_already_is_none(vitals):
    killer, other = (vitals.begin(httpx.Request("GET", f"http://a/{name}")) for name in ("killer", "other"))
    vitals.end(killer, RESET, None)
    vitals.end(other, None, 200)

    assert paths(vitals) == ["/killer"]


def test_where_the_next_call_finds_nobody_it_was_the_one_that_was_answered_last(vitals):
    vitals.end(vitals.begin(httpx.Request("GET", "http://a/next")), REFUSED, None)

    assert paths(vitals) == ["/first"]


def test_an_answer_is_a_sign_of_life(vitals):
    vitals.end(vitals.begin(httpx.Request("GET", "http://a/x")), RESET, None)
    vitals.end(vitals.begin(httpx.Request("GET", "http://a/y")), None, 404)

    assert paths(vitals) == []


@pytest.mark.parametrize(
    ("trouble", "status"),
    [(BUSY, 429), (BUSY, 408), (Trouble("redirect", "x"), 302), (Trouble("interrupted", "x"), None)],
)
def test_what_says_nothing_of_its_life_names_nobody(vitals, trouble, status):
    vitals.end(vitals.begin(httpx.Request("GET", "http://a/x")), trouble, status)

    assert paths(vitals) == []


def test_a_gateway_that_reaches_nobody_any_more_is_a_silence(vitals):
    vitals.end(vitals.begin(httpx.Request("GET", "http://a/x")), BUSY, 502)

    assert paths(vitals) == ["/x"]


def test_a_service_that_never_answered_died_of_nothing():
    vitals = Vitals()
    vitals.end(vitals.begin(httpx.Request("GET", "http://a/x")), RESET, None)

    assert paths(vitals) == []
