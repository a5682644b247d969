"""Large answers in use leave no room for more, until they are released."""

import pytest

from harness.exchange import Response
from harness.http.holding import LARGE, MOST, Holding, weight

PLAIN = b'{"a": "' + b"x" * 28_000_000 + b'"}'


def test_the_second_large_answer_has_no_room_until_the_first_is_gone():
    holding = Holding()
    first = Response(200, (), PLAIN)
    assert holding.lack(PLAIN) == ""

    holding.add(first)
    assert holding.lack(PLAIN) == "reading it takes 84 MB of memory besides what other large answers take"

    del first
    assert holding.lack(PLAIN) == ""


def test_small_answers_are_not_counted():
    holding = Holding()
    small = b" " * (LARGE // 3)
    held = [Response(200, (), small) for _ in range(100)]
    for response in held:
        holding.add(response)

    assert holding.lack(small) == ""


def test_many_short_values_are_large_too():
    """A number takes a hundred bytes or more once it is parsed."""
    many = b"[" + b"1.5," * 200_000 + b"1]"
    holding = Holding()
    held = [Response(200, (), bytes(many)) for _ in range(5)]
    for response in held:
        holding.add(response)

    assert holding.lack(many).startswith("reading it takes 32 MB")


@pytest.mark.parametrize("wide", ["\U0001f600".encode(), rb"\ud83d\ude00"])
def test_one_wide_character_makes_a_text_four_times_as_large(wide):
    assert weight(PLAIN + wide) > MOST
    assert Holding().lack(PLAIN + wide).startswith("reading it takes 25")
