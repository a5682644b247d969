"""The log of calls stays within its limits, whatever is sent."""

import base64
import os

from harness.console.call_log import MOST_CALLS, MOST_OCTETS, CallLog
from harness.console.choice import PAGE, page_of
from harness.console.lanes import MOST_LANES, lanes_of
from harness.redaction.redacted import ours


def line(seq: int, body: bytes = b"", path: str = "/kravogbetalinger/v1/finans/313367002/krav", **changes) -> dict:
    return {
        "seq": seq,
        "service": "kravogbetalinger",
        "arrived": 1_800_000_000 + seq / 100,
        "ended": 1_800_000_000 + seq / 100 + 0.005,
        "sandbox_time": 1_800_000_000 + seq / 100,
        "connection": 1,
        "tls": False,
        "in_flight": 1,
        "client": "somebody",
        "request": {
            "method": "GET",
            "url": f"http://127.0.0.1:1{path}",
            "headers": [["host", "127.0.0.1"]],
            "body": base64.b64encode(body).decode(),
        },
        "response": {"status": 200, "headers": [], "body": ""},
        "lost": "",
    } | changes


def test_the_newest_calls_are_kept_and_the_others_counted():
    log = CallLog()
    for seq in range(1, MOST_CALLS + 101):
        log.take(line(seq))

    assert (len(log), log.total) == (MOST_CALLS, MOST_CALLS + 100)
    assert log.find(100) is None and log.find(101) is not None
    assert next(log.newest()).seq == MOST_CALLS + 100


def test_the_details_of_old_calls_go_when_memory_is_full():
    log, body = CallLog(), os.urandom(280_000)  # nothing compresses it
    for seq in range(1, 261):
        log.take(line(seq, body))

    kept = [call for call in log if call.packed is not None]
    assert sum(len(call.packed) for call in kept) <= MOST_OCTETS
    assert len(log) == 260 and log.find(1).line() is None and log.find(260).call().request.body == body


def test_a_very_long_body_is_not_kept_and_its_length_is():
    log = CallLog()
    log.take(line(1, b"x" * 3_000_000))

    assert log.find(1).is_whole is False
    assert (log.find(1).line()["request"]["body"], log.find(1).line()["request"]["octets"]) == ("", 3_000_000)


def test_a_page_holds_so_many_calls_and_no_page_is_missing():
    found = list(range(PAGE * 2 + 1))

    assert [len(page_of(found, number)[0]) for number in (1, 2, 3)] == [PAGE, PAGE, 1]
    assert [page_of(found, asked)[1:] for asked in (0, 99)] == [(1, 3), (3, 3)]


def test_the_picture_has_bounds_too():
    log = CallLog()
    for seq in range(1, 2_001):
        log.take(line(seq, path=f"/nowhere/{seq}", service="elsewhere"))
    for call in log:
        call.show(ours)

    lanes = lanes_of(log.newest(), 1)

    assert len(lanes.lanes) == MOST_LANES and lanes.lanes[-1].label == "…"
    assert len(lanes.calls) <= 300


def test_calls_at_the_same_time_are_drawn_below_each_other():
    log = CallLog()
    for seq in (1, 2, 3):
        log.take(line(seq, arrived=1_800_000_000, ended=1_800_000_001))

    assert len({bar.y for bar in lanes_of(log.newest(), 3).calls}) == 3


def test_nothing_is_drawn_of_nothing():
    assert lanes_of([], 0).calls == []
