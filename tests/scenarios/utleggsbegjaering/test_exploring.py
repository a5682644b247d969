"""What a generated begjæring shows about a service, however rarely, is kept."""

import pytest
from hypothesis import strategies as st

from scenarios.utleggsbegjaering.exploring import send_each


class RefusedError(Exception):
    pass


def test_a_failure_that_does_not_come_again_is_a_failure():
    sent = []

    def send(value: int) -> None:
        sent.append(value)
        if len(sent) == 3:
            raise RefusedError(value)

    with pytest.raises(RefusedError) as refused:
        send_each(st.integers(), send, number=1)

    assert refused.value.args == (sent[2],)
    assert len(sent) == 3


def test_a_scenario_can_end_in_the_middle():
    def send(value: int) -> None:
        pytest.skip("the target is not open")

    with pytest.raises(pytest.skip.Exception, match="the target is not open"):
        send_each(st.integers(), send, number=1)


def test_the_same_seed_sends_the_same():
    first, second, other = [], [], []

    for sent, number in ((first, 1), (second, 1), (other, 2)):
        send_each(st.integers(), sent.append, number=number)

    assert first == second != other
