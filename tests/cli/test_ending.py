"""Exit code 1 means deviations: any failure ends in another code, with one line and the verdict so far."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import prepared

PLUGIN = '''
"""A plugin of somebody else that breaks, where and how its variables say."""
import os
import pathlib
import signal
import time

import pytest


def strike(place):
    if os.environ["PLACE"] != place:
        return
    how = os.environ["HOW"]
    if how == "ends the run, once" and not (once := pathlib.Path(__file__).with_name("once")).exists():
        once.touch()
        os.kill(os.getppid(), signal.SIGTERM)
    if how == "ends the run and dies of what it is sent":
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.kill(os.getppid(), signal.SIGTERM)
        time.sleep(600)
    if how.startswith("goes on"):
        os.kill(os.getpid(), signal.SIGTERM)
        while True:
            time.sleep(how == "goes on waiting")
    if how == "raises":
        raise RuntimeError("the-text-of-an-answer")
    if how == "exits":
        raise SystemExit(1)
    if how == "pytest.exit":
        pytest.exit("enough", returncode=1)
    if how == "interrupts":
        raise KeyboardInterrupt
    if how == "fills the memory":
        raise MemoryError
    if how == "recurs for ever":
        strike(place)


strike("import")


def pytest_configure(config):
    strike("a worker" if hasattr(config, "workerinput") else "configure")


def pytest_sessionstart(session):
    strike("start")


def pytest_collection_modifyitems(items):
    strike("collection")


def pytest_runtest_call(item):
    strike("call")


def pytest_runtest_logreport(report):
    strike("report")


def pytest_sessionfinish(session):
    if os.environ["PLACE"] == "status":
        session.exitstatus = 1
    if os.environ["PLACE"].endswith((".har", ".html")):  # a folder stands where a report should
        pathlib.Path(session.config.getoption("out"), os.environ["PLACE"], "x").mkdir(parents=True)
    strike("finish")


def pytest_terminal_summary(terminalreporter):
    strike("summary")


def pytest_unconfigure(config):
    strike("unconfigure")
'''


@pytest.fixture
def run(tmp_path, sandbox_file):
    """Runs a few scenarios beside the plugin; returns the process, and its verdict if it left one."""
    (tmp_path / "broken_plugin.py").write_text(PLUGIN)

    def start(place: str, how: str = "raises", *options: str):
        out = tmp_path / "out"
        around = {**os.environ, "PLACE": place, "HOW": how, "PYTHONPATH": str(tmp_path)}
        arguments = [
            "run",
            "--target",
            sandbox_file,
            "--api",
            "kravogbetalinger",
            "--out",
            out,
            *options,
            "--",
            "-p",
            "broken_plugin",
            "-k",
            "test_media",
        ]
        ended = prepared.run(*arguments, env=around, cwd=tmp_path, timeout=300)
        path = out / "verdict.json"
        return ended, json.loads(path.read_text()) if path.is_file() else None

    return start


@pytest.mark.by_day(2)
@pytest.mark.parametrize(
    ("place", "how"),
    [
        ("configure", "raises"),
        ("start", "exits"),
        ("collection", "raises"),
        ("report", "recurs for ever"),
        ("report", "exits"),
        ("finish", "raises"),
        ("finish", "exits"),
    ],
)
def test_a_plugin_that_breaks_is_no_deviation(run, place, how):
    ended, verdict = run(place, how)

    assert ended.returncode == 3
    assert "Traceback" not in ended.stderr
    assert "INTERNALERROR" not in ended.stderr
    assert "the-text-of-an-answer" not in ended.stderr + ended.stdout
    assert verdict["verdict"] == "inconclusive"
    assert any("the run ended early" in problem for problem in verdict["problems"])


@pytest.mark.by_day(1)
@pytest.mark.parametrize(
    ("place", "how"), [("summary", "raises"), ("summary", "exits"), ("unconfigure", "fills the memory")]
)
def test_a_plugin_that_breaks_when_all_was_judged_leaves_the_verdict(run, place, how):
    ended, verdict = run(place, how)

    assert ended.returncode == 3
    assert "Traceback" not in ended.stderr
    assert verdict["verdict"] == "conformant"
    assert "conformant" in ended.stdout


@pytest.mark.by_day(1)
@pytest.mark.parametrize(
    ("place", "how"), [("report", "interrupts"), ("report", "pytest.exit"), ("finish", "pytest.exit")]
)
def test_a_run_that_is_stopped_says_so_in_its_verdict(run, place, how):
    ended, verdict = run(place, how)

    assert ended.returncode == 3
    assert verdict["verdict"] == "inconclusive"
    assert any("the run ended early" in problem for problem in verdict["problems"])
    assert "Traceback" not in ended.stderr


@pytest.mark.by_day(1)
@pytest.mark.parametrize(
    ("place", "how"),
    [
        ("call", "goes on busily"),
        ("start", "goes on waiting"),
        ("collection", "goes on busily"),
        ("call", "goes on waiting"),
        ("report", "goes on waiting"),
        ("finish", "goes on waiting"),
    ],
)
def test_a_run_that_is_ended_waits_for_nobody(run, place, how):
    ended, verdict = run(place, how)

    assert ended.returncode == 3
    assert verdict["verdict"] == "inconclusive"
    assert [problem for problem in verdict["problems"] if "it was interrupted" in problem]
    assert "Traceback" not in ended.stderr
    assert "KeyboardInterrupt" not in ended.stderr


def test_a_run_that_is_ended_while_its_workers_start_starts_no_others(run):
    ended, verdict = run("a worker", "ends the run, once", "--workers", "2")

    assert ended.returncode == 3
    assert verdict["verdict"] == "inconclusive"
    assert any("interrupted" in problem for problem in verdict["problems"])
    assert (verdict["counts"]["scenarios"], "Traceback" in ended.stderr) == (0, False)


def test_of_a_worker_that_was_ended_with_its_run_nobody_says_that_it_was_killed(run):
    ended, verdict = run("call", "ends the run and dies of what it is sent", "--workers", "2")

    assert (ended.returncode, verdict["verdict"], "Traceback" in ended.stderr) == (3, "inconclusive", False)
    assert [problem for problem in verdict["problems"] if "it was interrupted" in problem]
    assert [problem for problem in verdict["problems"] if "was killed" in problem] == []


def test_a_plugin_chooses_no_exit_code(run):
    ended, verdict = run("status")

    assert (ended.returncode, verdict["verdict"]) == (0, "conformant")


@pytest.mark.by_day(1)
@pytest.mark.parametrize("how", ["exits", "interrupts"])
def test_a_plugin_that_breaks_as_it_is_loaded_is_no_deviation(run, how):
    ended, verdict = run("import", how)

    assert (ended.returncode, verdict) == (3, None)
    assert "Traceback" not in ended.stderr


@pytest.mark.by_day(1)
@pytest.mark.parametrize(("file", "step"), [("exchanges.har", "exchanges.har"), ("report.html", "reports")])
def test_a_report_that_breaks_takes_no_verdict_with_it(run, file, step):
    ended, verdict = run(file)

    assert ended.returncode == 3
    assert verdict["counts"]["passed"] > 0
    assert f"{step}: it could not be made (IsADirectoryError)" in verdict["problems"]
    assert "Traceback" not in ended.stderr


@pytest.mark.nightly
def test_a_plugin_that_breaks_beside_workers_is_no_deviation(run):
    ended, verdict = run("report", "raises", "--workers", "2")

    assert ended.returncode == 3
    assert "Traceback" not in ended.stderr
    assert verdict["verdict"] == "inconclusive"


def test_a_plugin_that_is_not_there_is_wrong_usage(run_command, tmp_path):
    ended = run_command("run", "--out", tmp_path / "out", "--", "-p", "no_such_plugin")

    assert (ended.returncode, ended.stdout) == (2, "")
    assert 'Error importing plugin "no_such_plugin"' in ended.stderr
    assert "Traceback" not in ended.stderr


PRINTING = [
    ["--help"],
    ["specs", "list"],
    ["specs", "verify"],
    ["sandbox", "--list-faults"],
    ["drift", "--explain", "all"],
    ["run", "--help"],
]


@pytest.mark.by_day(2)
@pytest.mark.skipif(os.name != "posix", reason="a system without pipes that end")
@pytest.mark.parametrize("arguments", PRINTING, ids=" ".join)
def test_a_reader_who_is_gone_is_no_deviation(arguments):
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "harness", *arguments]
    ended = subprocess.run(command, check=False, stdout=writing, stderr=subprocess.PIPE, text=True)
    os.close(writing)

    assert (ended.returncode, ended.stderr) == (3, "")


@pytest.mark.by_day(2)
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a system without /dev/full")
@pytest.mark.parametrize("arguments", PRINTING, ids=" ".join)
def test_an_output_that_is_full_is_no_deviation(arguments):
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "harness", *arguments]
        ended = subprocess.run(command, check=False, stdout=full, stderr=subprocess.PIPE, text=True)

    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1].startswith("Error: the output cannot be written (No space left on device).")
    assert "Traceback" not in ended.stderr


@pytest.mark.by_day(4)
@pytest.mark.parametrize(
    "arguments",
    [
        ["selftest", "--out", "{file}/out"],
        ["merge", "{results}", "--out", "{file}/out"],
        ["init", "{file}/project", "--target", "test"],
        ["sandbox", "--port", "0", "--write-target", "{file}/target.toml"],
        ["sandbox", "--port", "0", "--state", "{file}/state"],
        ["sandbox", "--port", "0", "--tls", "{file}/tls"],
        ["report", "{file}/out"],
        ["gate", "{file}/a", "{file}/b"],
        ["drift", "{file}/a.yaml", "{file}/b.yaml"],
        ["check-request", "{file}/a.json"],
    ],
    ids=" ".join,
)
def test_a_place_that_cannot_be_used_is_wrong_usage(run_command, healthy_run, tmp_path, arguments):
    """A folder cannot be inside a file, even for root."""
    (tmp_path / "file").write_text("")
    filled = [part.format(file=tmp_path / "file", results=healthy_run) for part in arguments]

    ended = run_command(*filled, cwd=tmp_path)

    assert ended.returncode == 2
    assert "Error: " in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_traceback_is_for_who_asks_for_it(tmp_path):
    (tmp_path / "broken_plugin.py").write_text(PLUGIN)
    around = {
        **os.environ,
        "PLACE": "unconfigure",
        "HOW": "raises",
        "PYTHONPATH": str(tmp_path),
        "PROVESTAND_TRACEBACK": "1",
    }
    arguments = ["run", "--out", tmp_path / "out", "--", "-p", "broken_plugin", "-k", "test_media"]
    ended = prepared.run(*arguments, env=around)

    assert ended.returncode == 3
    assert "Traceback (most recent call last)" in ended.stderr
