"""The recorded traffic of a run can be read again, and never grows beyond what can be read as a whole."""

import dataclasses
import datetime

from harness.har import read_recording
from harness.http.recording import Recorder, write_har
from harness.redaction.redactor import Redactor
from tests.conftest import exchange


def test_an_answer_that_was_not_whole_is_none_in_the_recording_either(tmp_path):
    found = exchange(200, b"{}", headers={"Content-Length": "9"})
    response = dataclasses.replace(found.response, completeness="cut", shortfall="2 of 9 bytes")
    recorder = Recorder(tmp_path / "a.jsonl")
    recorder.record(Redactor().lazily(dataclasses.replace(found, response=response)))
    recorder.close()

    write_har([tmp_path / "a.jsonl"], tmp_path / "exchanges.har")

    [read] = read_recording(tmp_path / "exchanges.har").exchanges
    assert (read.response.completeness, read.response.shortfall) == ("cut", "2 of 9 bytes")


def test_exchanges_of_several_processes_stand_in_order_of_time(tmp_path):
    moment = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    for name, seconds in (("a", (1, 4)), ("b", (3, 2))):
        recorder = Recorder(tmp_path / f"{name}.jsonl")
        for second in seconds:
            started = moment + datetime.timedelta(seconds=second)
            recorder.record(Redactor().lazily(dataclasses.replace(exchange(200, b"{}"), started=started)))
        recorder.close()

    assert write_har([tmp_path / "a.jsonl", tmp_path / "b.jsonl"], tmp_path / "exchanges.har") == 4

    assert [each.started.second for each in read_recording(tmp_path / "exchanges.har").exchanges] == [1, 2, 3, 4]


def test_a_line_that_a_killed_run_left_half_is_left_out(tmp_path):
    recorder = Recorder(tmp_path / "a.jsonl")
    recorder.record(Redactor().lazily(exchange(200, b"{}")))
    recorder.close()
    text = (tmp_path / "a.jsonl").read_text()
    (tmp_path / "a.jsonl").write_text(text + text[:100])

    write_har([tmp_path / "a.jsonl"], tmp_path / "exchanges.har")

    assert len(read_recording(tmp_path / "exchanges.har").exchanges) == 1


def test_large_answers_use_up_the_room_of_a_recording(tmp_path):
    recorder = Recorder(tmp_path / "a.jsonl")
    large = Redactor().exchange(exchange(200, b'"' + b"a b " * 40_000 + b'"'))
    for _ in range(400):
        recorder.record(lambda: large)
    recorder.close()

    assert (tmp_path / "a.jsonl").stat().st_size < 66_000_000
    write_har([tmp_path / "a.jsonl"], tmp_path / "exchanges.har")
    read = read_recording(tmp_path / "exchanges.har").exchanges
    assert len(read) == 400
    assert read[-1].response.body.endswith("… [160002 bytes]".encode())
