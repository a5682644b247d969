"""Cases survive a restart if a file is named, and a file that cannot be used is reported in one line."""

import contextlib
import os
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from harness.sandbox.utleggsbegjaering.store import Store
from tests import prepared


def test_a_case_its_claims_and_its_attachments_survive_a_restart(
    start: Callable[..., Any], make_sender: Callable[..., Any], conditions_of: Any, tmp_path: Path
):
    file = tmp_path / "saker.sqlite"
    first = make_sender(start("--state", str(file), "--now", "2026-05-20T12:00:00Z"))
    begjaering = first.begjaering()
    referanse = first.filed(begjaering)
    before = first.status(referanse)

    second = make_sender(start("--state", str(file), "--now", "2026-05-20T12:00:00Z"))

    assert second.status(referanse) == before
    assert conditions_of(second.submit(begjaering)) == ["DUPLIKAT_INNSENDING"]
    assert second.change(referanse, begjaering).status_code == 204


def test_without_a_file_nothing_survives(start: Callable[..., Any], make_sender: Callable[..., Any]):
    first = make_sender(start("--now", "2026-05-20T12:00:00Z"))
    referanse = first.filed(first.begjaering())

    second = make_sender(start("--now", "2026-05-20T12:00:00Z"))

    assert second.call("GET", f"/status/{referanse}").status_code == 404


def test_a_file_that_is_no_database_is_told_in_one_line(tmp_path: Path):
    file = tmp_path / "notater.txt"
    file.write_text("dette er ikke en database, bare noen notater som noen har skrevet")

    ended = prepared.run("sandbox", "--port", "0", "--state", file)

    assert ended.returncode == 2
    assert f"--state {file}: it cannot be used (file is not a database). Name another file." in ended.stderr
    assert "Traceback" not in ended.stderr


def test_what_was_acknowledged_survives_a_sandbox_that_is_killed(
    start: Callable[..., Any], make_sender: Callable[..., Any], tmp_path: Path
):
    """It is killed, without a chance to shut down, while fifty submissions arrive."""
    file = tmp_path / "saker.sqlite"
    first = start("--state", str(file), "--now", "2026-05-20T12:00:00Z")
    sender = make_sender(first)
    waiting = [sender.begjaering() for _ in range(50)]
    acknowledged: list[str] = []
    enough = threading.Event()

    def submit(begjaering: Any) -> None:
        try:
            answer = sender.submit(begjaering)
        except httpx.HTTPError:  # the sandbox is gone
            return
        assert answer.status_code == 201
        acknowledged.append(answer.json()["eksternSaksreferanse"])
        if len(acknowledged) == 10:
            enough.set()

    with ThreadPoolExecutor(8) as pool:
        for begjaering in waiting:
            pool.submit(submit, begjaering)
        assert enough.wait(60)
        first.process.kill()
    first.process.wait()

    second = make_sender(start("--state", str(file), "--now", "2026-05-20T12:00:00Z"))
    assert 10 <= len(acknowledged) < 50
    assert [second.call("GET", f"/status/{referanse}").status_code for referanse in acknowledged] == [200] * len(
        acknowledged
    )
    assert second.counts()["saker"] >= len(acknowledged)
    assert second.filed(second.begjaering()) not in acknowledged


def refused(file: Path) -> str:
    """What a sandbox says about a file in which it cannot keep its state."""
    ended = prepared.run("sandbox", "--port", "0", "--state", file)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "Traceback" not in ended.stderr
    return ended.stderr.splitlines()[-1].removeprefix(f"Error: --state {file}: ")


def database(file: Path, *statements: str) -> Path:
    with contextlib.closing(sqlite3.connect(file)) as opened:
        for statement in statements:
            opened.execute(statement)
        opened.commit()
    return file


def test_what_is_acknowledged_is_on_the_disk(tmp_path: Path):
    """A test cannot cut the power; instead it checks that SQLite waits for the disk at every commit."""
    store = Store(tmp_path / "saker.sqlite")

    assert store._database.execute("pragma synchronous").fetchone()[0] == 2  # FULL
    assert store._database.execute("pragma journal_mode").fetchone()[0] == "wal"


def test_a_database_of_somebody_else_is_left_as_it_is(tmp_path: Path):
    file = database(tmp_path / "regnskap.sqlite", "create table bilag (nummer integer)", "insert into bilag values (1)")
    before = file.read_bytes()

    assert refused(file) == "it is the database of another program. Name another file."
    database(file, "pragma user_version = 1")
    assert refused(file) == "it is the database of another program. Name another file."
    database(file, "pragma user_version = 0")
    assert sqlite3.connect(file).execute("select count(*) from bilag").fetchone() == (1,)
    assert len(file.read_bytes()) == len(before)


def test_a_state_of_another_version_is_refused(tmp_path: Path):
    Store(tmp_path / "saker.sqlite")
    file = database(tmp_path / "saker.sqlite", "pragma user_version = 99")

    assert refused(file) == "another version of the sandbox wrote it. Name another file."


def test_a_state_that_is_damaged_is_refused(tmp_path: Path):
    file = tmp_path / "saker.sqlite"
    Store(file)
    database(file, "pragma wal_checkpoint(truncate)")
    octets = bytearray(file.read_bytes())
    for place in range(4096, len(octets) - 200, 4096):
        octets[place : place + 200] = b"\xee" * 200
    file.write_bytes(octets)

    assert refused(file).startswith(("it is damaged (", "it cannot be used ("))


def test_a_state_that_somebody_writes_is_refused(tmp_path: Path):
    file = tmp_path / "saker.sqlite"
    Store(file)
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("begin exclusive")

        assert refused(file) == "it cannot be used (database is locked). Name another file."


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir, lambda path: path.symlink_to("/dev/zero")])
def test_a_state_that_is_no_file_is_refused(tmp_path: Path, make: Callable[[Path], object]):
    make(tmp_path / "x")

    told = refused(tmp_path / "x")

    assert "not a file" in told or "is a directory" in told
