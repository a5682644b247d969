"""The settings of interpreter, terminal, user and working folder do not change what a command finds."""

import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.once import AS_COMPILED

PART = ("--api", "kravogbetalinger", "--suite", "scenarios", "--requirement", "KOB-MODEL-003")
"""Five scenarios, some of them parametrised over organisations: quick, but not nothing."""

Command = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture
def command(tmp_path: Path) -> Command:
    """Runs the command with additional environment variables in an empty folder; returns its output as bytes."""

    def call(*arguments: str, python: tuple[str, ...] = (), before: tuple[str, ...] = (), cwd=tmp_path, **variables):
        program = [*before, sys.executable, *python, "-m", "harness", *arguments]
        environment = {name: value for name, value in (os.environ | variables).items() if value}
        done = subprocess.run(program, check=False, capture_output=True, cwd=cwd, env=environment, timeout=180)
        assert b"Traceback" not in done.stdout + done.stderr, done.stderr.decode(errors="replace")
        return done

    return call


def verdict(folder: Path) -> tuple[str, int, int]:
    """The verdict of a run, its scenarios and its calls of the API."""
    read = json.loads((folder / "verdict.json").read_text(encoding="utf-8"))
    return read["verdict"], read["counts"]["scenarios"], read["http"]["requests"]


@pytest.mark.by_day(1)
@pytest.mark.parametrize(
    "variables",
    [
        {"PYTHONWARNINGS": "error"},
        {"PYTHONDEVMODE": "1"},
        pytest.param({"PYTHONSAFEPATH": "1"}, marks=pytest.mark.nightly),
        pytest.param({"PYTHONDONTWRITEBYTECODE": "1"}, marks=pytest.mark.nightly),
        {"HOME": ""},
        {"HOME": "/nowhere"},
        pytest.param({"HOME": "/proc"}, marks=pytest.mark.nightly),
        pytest.param({"LC_ALL": "C", "LANG": "C"}, marks=pytest.mark.nightly),
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTEST_ADDOPTS": "--no-such-option -p nothing_of_ours", "PYTEST_PLUGINS": "nothing_of_ours"},
    ],
    ids=lambda variables: " ".join(f"{name}={value}" for name, value in variables.items()),
)
def test_a_run_in_a_strange_environment(command: Command, tmp_path: Path, variables: dict[str, str]):
    done = command("run", *PART, "--out", "out", "--workers", "2", **variables)

    assert (done.returncode, verdict(tmp_path / "out")[:2]) == (0, ("conformant", 5)), done.stderr


@pytest.mark.by_day(2)
@pytest.mark.parametrize("level", ["1", "2"])
@pytest.mark.parametrize("arguments", [("run", *PART), ("selftest", "--fault", "period-turned"), ("sandbox",)])
def test_nothing_is_judged_without_assertions(command: Command, tmp_path: Path, level: str, arguments: tuple[str, ...]):
    done = command(*arguments, PYTHONOPTIMIZE=level)

    assert (done.returncode, [*tmp_path.iterdir()]) == (2, [])
    assert done.stderr.decode().splitlines()[-1] == (
        "Error: Python runs without assertions here, and Prøvestand relies on them. "
        "Unset PYTHONOPTIMIZE, or start Python without -O."
    )


def test_pytest_on_the_scenarios_judges_nothing_without_assertions(repository: Path, tmp_path: Path):
    program = [sys.executable, "-O", "-m", "pytest", str(repository / "scenarios"), "--out", str(tmp_path / "out")]

    done = subprocess.run(program, check=False, capture_output=True, text=True, cwd=tmp_path)

    assert done.returncode == 4
    assert "Python runs without assertions here" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.by_day(1)
@pytest.mark.parametrize("options", [("-X", "dev"), ("-W", "error"), ("-P",), ("-B",)], ids=" ".join)
def test_options_of_the_interpreter(command: Command, tmp_path: Path, options: tuple[str, ...]):
    done = command("run", *PART, "--out", "out", python=options)

    assert (done.returncode, verdict(tmp_path / "out")[:2]) == (0, ("conformant", 5)), done.stderr


def test_a_run_warns_of_nothing_of_its_own(command: Command, tmp_path: Path):
    """Our own warnings end the run here; allure-pytest still uses what pytest 9 deprecates."""
    strict = ("--", "-W", "error", "-W", "default::pytest.PytestRemovedIn10Warning", "--strict-config")

    done = command("run", *PART, "--out", "out", *strict)

    assert (done.returncode, verdict(tmp_path / "out")[:2]) == (0, ("conformant", 5)), done.stderr


@pytest.mark.nightly
def test_modules_of_the_working_folder_are_not_imported_for_the_librarys(command: Command, tmp_path: Path):
    """The sandbox, the workers and the rehearsal of a plan are child processes that start there."""
    for name in ("queue", "json", "random", "http", "yaml", "click", "logging"):
        (tmp_path / f"{name}.py").write_text("raise RuntimeError('the wrong one')")

    done = command("run", *PART, "--out", "out", "--workers", "2", python=("-P",))
    plan = command("run", *PART, "--plan", python=("-P",))

    assert (done.returncode, verdict(tmp_path / "out")[:2]) == (0, ("conformant", 5)), done.stderr
    assert (plan.returncode, b"5 scenarios" in plan.stdout) == (0, True)


def test_a_user_whom_the_system_does_not_know(command: Command, tmp_path: Path):
    """Containers are started with arbitrary user ids, without a name or a home."""
    setpriv = shutil.which("setpriv")
    if os.name != "posix" or os.getuid() != 0 or setpriv is None:
        pytest.skip("only root becomes another user, with setpriv")
    folder = tmp_path / "of another"
    folder.mkdir()
    os.chown(folder, 54321, 54321)
    # Keeps this user's read permissions, because on some machines the interpreter is in a home folder.
    becoming = (setpriv, "--reuid", "54321", "--regid", "54321", "--clear-groups")
    becoming += ("--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search")

    done = command("run", *PART, "--out", "out", "--workers", "2", before=becoming, cwd=folder, HOME="")

    assert (done.returncode, verdict(folder / "out")[:2]) == (0, ("conformant", 5)), done.stderr
    assert folder.joinpath("out", "verdict.json").stat().st_uid == 54321


def test_an_installation_that_cannot_be_written(command: Command, tmp_path: Path, repository: Path):
    """Like site-packages in an image: nothing can be written beside the modules."""
    copy = tmp_path / "site"
    for name in ("harness", "scenarios", "specs", "reports/templates", "reports/allure"):
        shutil.copytree(repository / name, copy / name, ignore=AS_COMPILED)
    before = sorted(copy.rglob("*"))
    for path in (copy, *before):
        path.chmod(path.stat().st_mode & ~(stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))

    done = command("run", *PART, "--out", "out", PYTHONPATH=str(copy), PYTHONDONTWRITEBYTECODE="1")

    assert (done.returncode, verdict(tmp_path / "out")[:2]) == (0, ("conformant", 5)), done.stderr
    assert sorted(copy.rglob("*")) == before


@pytest.mark.nightly
def test_words_of_the_command_that_are_files_in_the_working_folder(command: Command, tmp_path: Path):
    """`--suite scenarios` and `--out out` name neither a folder to collect from nor one with settings."""
    for name in ("scenarios", "out", "kravogbetalinger"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "conftest.py").write_text("raise RuntimeError('another project')")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    (tmp_path / "out" / "conftest.py").unlink()

    done = command("run", *PART, "--out", "out", "--workers", "2")
    again = command("run", *PART, "--out", "out", "--", "-W", "error", "-W", "default::pytest.PytestRemovedIn10Warning")

    assert (done.returncode, again.returncode) == (0, 0), done.stderr + again.stderr
    assert verdict(tmp_path / "out")[:2] == ("conformant", 5)
