"""Answers that wait to be judged never exceed what a run may hold, and nobody waits forever."""

import threading
from concurrent.futures import ThreadPoolExecutor

from harness.suite.backlog import MOST, Backlog

SIZE = MOST // 4


def test_answers_wait_for_whoever_judges_them_in_bounded_number():
    """Fewer threads than held-back calls, judged in order: it ends, and no more wait than the limit allows."""
    backlog, waiting, highest = Backlog(), [0], [0]
    lock = threading.Lock()

    def call(number: int) -> int:
        backlog.ensure_room(number)
        backlog.add(SIZE)
        with lock:
            waiting[0] += 1
            highest[0] = max(highest[0], waiting[0])
        return number

    with ThreadPoolExecutor(3) as pool:
        calls = [pool.submit(call, number) for number in range(1, 60)]
        for number, each in enumerate(calls, 1):
            backlog.call(number)
            assert each.result(timeout=300) == number
            with lock:
                waiting[0] -= 1
            backlog.take(SIZE)

    assert highest[0] <= 4 + 3


def test_whoever_is_held_back_goes_on_where_nobody_judges_any_more():
    backlog = Backlog()
    backlog.add(MOST)

    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(backlog.ensure_room, 7)
        backlog.call_all()

        assert held.result(timeout=300) is None
