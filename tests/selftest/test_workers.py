"""A self-test that is ended stops its processes, and starts nothing more."""

import concurrent.futures
import sys
from pathlib import Path

from harness.selftest.clients import ClientRuns
from harness.selftest.trial import Subject, Trial
from harness.selftest.workers import Worker, end_now

WAITING = [sys.executable, "-c", "import sys, time; print('begun', file=sys.stderr, flush=True); time.sleep(600)"]


def test_a_worker_that_was_ended_starts_no_process(tmp_path: Path):
    worker = Worker(tmp_path, tmp_path)
    end_now([worker])

    result = worker.run(Trial(Subject("clean", "seed 1")))

    assert result.problems == ("the process that ran it ended unexpectedly",)
    assert worker.begin_to_end() is None


def test_client_runs_end_together_and_none_begins_after_them():
    runs = ClientRuns()
    with concurrent.futures.ThreadPoolExecutor() as pool:
        under_way = pool.submit(runs.done, WAITING)
        while not runs.under_way:
            assert not under_way.done()
        runs.end()

        assert under_way.result() in {b"begun\n", b""}
    assert runs.done(WAITING) == b""
    assert runs.under_way == 0
