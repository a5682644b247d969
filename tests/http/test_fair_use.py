"""At most five calls are in flight, over threads and processes."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, BrokenBarrierError

from harness.http.fair_use import IN_FLIGHT, FairUseGate

HOLDER = """
import sys
from pathlib import Path
from harness.http.fair_use import FairUseGate
with FairUseGate("https://x.test/v1", Path(sys.argv[1])).slot():
    print("held", flush=True)
    sys.stdin.read()
"""


def test_five_threads_enter_together(tmp_path):
    gate = FairUseGate("https://x.test/v1", tmp_path)
    together = Barrier(IN_FLIGHT)

    def call(_: int) -> None:
        with gate.slot():
            together.wait(timeout=30)

    with ThreadPoolExecutor(IN_FLIGHT) as pool:
        list(pool.map(call, range(IN_FLIGHT)))

    assert gate.max_in_flight == IN_FLIGHT


def test_six_threads_never_meet(tmp_path):
    gate = FairUseGate("https://x.test/v1", tmp_path)
    six = Barrier(IN_FLIGHT + 1)

    def call(_: int) -> bool:
        with gate.slot():
            try:
                six.wait(timeout=0.2)
            except BrokenBarrierError:
                return False
            return True

    with ThreadPoolExecutor(IN_FLIGHT + 1) as pool:
        assert not any(pool.map(call, range(IN_FLIGHT + 1)))
    assert gate.max_in_flight == IN_FLIGHT


def test_slots_of_other_processes_count_and_come_back_when_one_is_killed(tmp_path):
    holders = [
        subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(IN_FLIGHT - 1)
    ]
    try:
        assert [holder.stdout.readline() for holder in holders] == ["held\n"] * (IN_FLIGHT - 1)

        gate = FairUseGate("https://x.test/v1", tmp_path)
        with gate.slot():
            assert gate.max_in_flight == IN_FLIGHT
            holders[0].kill()
            holders[0].wait()
            with gate.slot():
                assert gate.max_in_flight == IN_FLIGHT
    finally:
        for holder in holders:
            holder.kill()
            holder.communicate()


def test_two_apis_do_not_share_slots(tmp_path):
    gates = [FairUseGate(f"https://{name}.test/v1", tmp_path) for name in "ab"]

    with gates[0].slot(), gates[1].slot():
        assert [gate.max_in_flight for gate in gates] == [1, 1]
