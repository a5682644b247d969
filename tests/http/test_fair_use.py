"""At most five calls are in flight, across threads and processes."""

import os
import pwd
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, BrokenBarrierError

import pytest

from harness.http.destination import destination
from harness.http.fair_use import FairUseGate, slots_folder

IN_FLIGHT = 5
"""As the documentation says (docs/om/bruk, 2022): the figure of the contract, not of our code."""

HOLDER = """
import sys
from pathlib import Path
from harness.http.fair_use import FairUseGate, slots_folder
with FairUseGate("https://x.test/v1", Path(sys.argv[1])).slot():
    print("held", flush=True)
    sys.stdin.read()
"""


def test_five_threads_enter_together(tmp_path):
    gate = FairUseGate("https://x.test/v1", tmp_path)
    together = Barrier(IN_FLIGHT)

    def call(_: int) -> None:
        with gate.slot():
            together.wait(timeout=300)

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


ONE_PLACE = [
    "http://127.0.0.1:8080/krav/v1",
    "http://127.0.0.1:8080",
    "http://localhost:8080/",
    "HTTP://LOCALHOST:8080/v2",
    "http://localhost.:8080",
    "http://[::1]:8080",
    "http://[0:0:0:0:0:0:0:1]:8080",
    "http://[::ffff:127.0.0.1]:8080",
    "http://127.1:8080",
    "http://0.0.0.0:8080",
]


@pytest.mark.parametrize("address", ONE_PLACE)
def test_one_place_has_one_allowance_however_it_is_spelt(tmp_path, address):
    gates = [FairUseGate("http://127.0.0.1:8080", tmp_path), FairUseGate(address, tmp_path)]

    with gates[0].slot(), gates[1].slot():
        assert [gate.max_in_flight for gate in gates] == [1, 2]


def test_this_machine_is_one_place_by_the_address_of_its_network_card_too():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # a datagram socket sends nothing for it
        except OSError:
            pytest.skip("this machine has no network card")
        own = probe.getsockname()[0]

    assert destination(f"http://{own}:8080/v1") == destination("http://localhost:8080/v1")
    assert destination("http://192.0.2.1:8080/v1") != destination("http://localhost:8080/v1")


@pytest.fixture
def looked_up(monkeypatch):
    """What names resolve to, in place of the machine's resolver: a different address each time."""
    answers: dict[str, list[list[str]]] = {}

    def found(name: str, port: int, **_: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in answers[name].pop(0)]

    monkeypatch.setattr(socket, "getaddrinfo", found)
    return answers


def test_a_name_that_leads_elsewhere_each_time_has_one_allowance(tmp_path, looked_up):
    looked_up["api.test"] = [["192.0.2.9", "192.0.2.7"], ["192.0.2.8"], ["192.0.2.1"]]
    looked_up["other.test"] = [["192.0.2.1"]]
    looked_up["192.0.2.8"] = [["192.0.2.8"]]

    hosts = ["api.test", "API.test.", "api.test", "192.0.2.8", "other.test"]
    folders = {FairUseGate(f"https://{host}/v1", tmp_path).folder for host in hosts}

    assert len(folders) == 1


def test_another_scheme_or_port_of_a_name_is_another_place(tmp_path, looked_up):
    looked_up["api.test"] = [["192.0.2.9"], ["192.0.2.9"]]

    assert (
        FairUseGate("https://api.test/v1", tmp_path).folder != FairUseGate("https://api.test:8443/v1", tmp_path).folder
    )


def test_a_default_port_is_the_port():
    assert destination("https://192.0.2.1/v1") == destination("https://192.0.2.1:443/v2") == "https://192.0.2.1:443"


@pytest.mark.parametrize(
    "other", ["https://192.0.2.1:8443", "http://192.0.2.1:443", "https://192.0.2.2", "https://nowhere.invalid"]
)
def test_another_place_has_an_allowance_of_its_own(other):
    assert destination(other) != destination("https://192.0.2.1")


@pytest.mark.parametrize("changed", [{"TMPDIR": "/dev/shm"}, {"HOME": "/nowhere"}, {"XDG_STATE_HOME": "/nowhere"}, {}])
def test_the_environment_does_not_move_the_slots(changed):
    code = "from harness.http.fair_use import slots_folder; print(slots_folder())"

    found = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": os.pathsep.join(sys.path)} | changed,
        capture_output=True,
        text=True,
        check=True,
    )

    assert found.stdout.strip() == str(slots_folder())
    assert str(slots_folder()).startswith(pwd.getpwuid(os.getuid()).pw_dir)
    assert Path(slots_folder()).stat().st_uid == os.getuid()


def test_a_share_of_the_slots_is_never_exceeded(tmp_path):
    gate = FairUseGate("https://x.test/v1", tmp_path, slots=2)
    three = Barrier(3)

    def call(_: int) -> bool:
        with gate.slot():
            try:
                three.wait(timeout=0.2)
            except BrokenBarrierError:
                return False
            return True

    with ThreadPoolExecutor(3) as pool:
        assert not any(pool.map(call, range(3)))
    assert gate.max_in_flight == 2


def test_slots_of_places_long_gone_are_cleared_away(tmp_path):
    old, new = FairUseGate("https://a.test", tmp_path).folder, FairUseGate("https://b.test", tmp_path).folder
    os.utime(old, (0, time.time() - 8 * 24 * 3600))

    FairUseGate("https://c.test", tmp_path)

    assert (old.exists(), new.exists()) == (False, True)
