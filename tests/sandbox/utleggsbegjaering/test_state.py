"""Cases survive a restart where a file is named, and a file that cannot be used is told in one line."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


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

    ended = subprocess.run(
        [sys.executable, "-m", "harness", "sandbox", "--port", "0", "--state", str(file)],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert ended.returncode == 2
    assert f"--state {file}: it cannot be used (file is not a database). Name another file." in ended.stderr
    assert "Traceback" not in ended.stderr
