"""Progress goes to standard error: a line that changes on a terminal, few lines elsewhere, none on request."""

import os
import pty
import re
import sys
from pathlib import Path

import pytest

RUN = ("run", "--api", "kravogbetalinger", "--requirement", "KOB-TOTAL-002")
LINE = re.compile(r"(\d+) of (\d+) scenarios, Totals(?:, about \d+ (?:s|min) left)?")


def on_a_terminal(folder: Path, *arguments: str) -> str:
    """What a command prints if standard error is a terminal."""
    shown: list[bytes] = []

    def read(descriptor: int) -> bytes:
        shown.append(os.read(descriptor, 4096))
        return shown[-1]

    before = Path.cwd()
    os.chdir(folder)
    try:
        ended = pty.spawn([sys.executable, "-m", "harness", *arguments], read)
    finally:
        os.chdir(before)
    assert os.waitstatus_to_exitcode(ended) == 0
    return b"".join(shown).decode()


def test_without_a_terminal_there_are_a_few_whole_lines(provestand):
    finished = provestand(*RUN)

    lines = [LINE.fullmatch(line) for line in finished.stderr.splitlines() if " scenarios, " in line]
    told = [(int(line[1]), int(line[2])) for line in lines if line]
    assert (finished.code, len(told)) == (0, len(lines))
    assert told[-1][0] == told[-1][1]
    assert 1 < len(told) <= 10
    assert f"\n{told[-1][1]} passed" in finished.stderr


@pytest.mark.parametrize(("option", "wanted"), [("--quiet", False), ("--verbose", True)])
def test_less_or_more_on_request(provestand, option, wanted):
    finished = provestand(*RUN, option)

    assert finished.code == 0
    assert ("test_the_total_saldo_is_its_sums[212201782] PASSED" in finished.stderr) is wanted
    assert LINE.search(finished.stderr) is None
    assert "Requirements per theme of kravogbetalinger" in finished.stdout


def test_both_at_a_time_are_refused(provestand):
    finished = provestand(*RUN, "-q", "-v")

    assert (finished.code, finished.complaint) == (2, "--quiet and --verbose contradict each other; remove one.")


def test_on_a_terminal_one_line_changes(tmp_path, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    shown = on_a_terminal(tmp_path, *RUN, "--out", "o")

    assert "of 5 scenarios" in shown
    assert "\x1b[?25h" in shown  # the cursor is back
    assert "PASSED" not in shown


def test_a_comparison_says_how_far_it_is(tmp_path, monkeypatch, repository):
    """Two documents in which every operation changed, so that there is something to prove."""
    monkeypatch.setenv("TERM", "xterm")
    old = repository / "specs" / "utleggsbegjaering" / "v1" / "openapi.yaml"
    new = repository / "specs" / "utleggsbegjaering" / "v2" / "openapi.yaml"

    shown = on_a_terminal(tmp_path, "drift", str(old), str(new), "--fail-on", "none")

    assert re.search(r"\d+ of \d+ (operations compared|findings proved), \d+ findings", shown)
