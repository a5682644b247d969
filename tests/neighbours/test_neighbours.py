"""Common pytest plugins, all installed beside ours, change nothing in a run that did not ask for them."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.nightly

PLUGINS = (
    *("pytest-asyncio", "pytest-randomly", "pytest-cov", "pytest-timeout", "pytest-rerunfailures", "pytest-sugar"),
    *("pytest-html", "pytest-django", "anyio", "pytest-forked", "pytest-benchmark", "pytest-mock", "pytest-bdd"),
    *("pytest-socket", "pytest-freezer", "pytest-order", "pytest-repeat", "pytest-env", "pytest-clarity"),
    *("pytest-instafail", "pytest-trio", "pytest-aiohttp", "pytest-flask", "pytest-xprocess"),
)

NOISY = """
import warnings

warnings.warn("a plugin that warns when it is loaded", DeprecationWarning)


def pytest_configure(config):
    warnings.warn("and when it is configured", DeprecationWarning)


def pytest_collection_modifyitems(items):
    items.clear()
"""
"""A plugin that nobody asked for and that would wreck a run."""

PART = ("--api", "kravogbetalinger", "--suite", "scenarios", "--requirement", "KOB-MODEL-003")


@dataclass(frozen=True)
class Environment:
    """An environment with the project, and the command in it."""

    python: Path

    def types(self, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [self.python, "-m", "harness", *arguments]
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV"))}
        done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder, env=environment)
        assert "Traceback" not in done.stderr and "INTERNALERROR" not in done.stderr, done.stderr
        return done

    def judged(self, folder: Path, *arguments: str) -> tuple[int, str, dict[str, int], int]:
        """Exit code, verdict, counts of each kind, and calls of the API: each worker fetches its own tokens."""
        done = self.types(folder, "run", *PART, "--out", "out", *arguments)
        assert (folder / "out" / "verdict.json").exists(), done.stderr
        verdict = json.loads((folder / "out" / "verdict.json").read_text())
        entries = json.loads((folder / "out" / "exchanges.har").read_text())["log"]["entries"]
        calls = [entry for entry in entries if "/kravogbetalinger/v1/" in entry["request"]["url"]]
        return done.returncode, verdict["verdict"], verdict["counts"], len(calls)


@pytest.fixture(scope="module")
def alone() -> Environment:
    return Environment(Path(sys.executable))


@pytest.fixture(scope="module")
def expected(alone: Environment, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, str, dict[str, int], int]:
    """The verdict on the part without neighbours."""
    found = alone.judged(tmp_path_factory.mktemp("alone"))
    assert (found[:2], found[2]["scenarios"]) == ((0, "conformant"), 5)
    assert found[3] > 5
    return found


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Environment:
    """An environment in which all the plugins are installed, and one that only causes trouble."""
    folder = tmp_path_factory.mktemp("crowded")
    uv = [sys.executable, "-m", "uv"]
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    subprocess.run([*uv, "venv", "--quiet", "--python", version, str(folder / "venv")], check=True)
    python = folder / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    noisy = folder / "noisy"
    noisy.mkdir()
    (noisy / "noisy.py").write_text(NOISY)
    (noisy / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
        '[project]\nname = "noisy"\nversion = "1"\n[project.entry-points.pytest11]\nnoisy = "noisy"\n'
    )
    install = [*uv, "pip", "install", "--quiet", "--python", str(python)]
    subprocess.run([*install, "-e", str(repository), str(noisy), *PLUGINS], check=True)
    return Environment(python)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--", "-p", "no:cacheprovider"),
        ("--", "-x"),
        ("--", "--lf"),
        ("--", "-p", "timeout", "--timeout", "600"),
        ("--", "-p", "randomly"),
        ("--", "-p", "pytest_cov", "--no-cov"),
    ],
    ids=lambda arguments: " ".join(arguments) or "plain",
)
def test_the_same_verdict_with_the_same_calls(expected, crowded, tmp_path, arguments):
    """Plugins named after `--` are loaded, and only those."""
    assert crowded.judged(tmp_path, *arguments) == expected


@pytest.mark.parametrize("arguments", [("--workers", "2"), ("--", "-n", "4")], ids=" ".join)
def test_the_same_verdict_by_several_workers(expected, crowded, tmp_path, arguments):
    """Each worker makes the calls that scenarios share, so the number of calls is not fixed."""
    assert crowded.judged(tmp_path, *arguments)[:3] == expected[:3]


def test_the_same_plan(alone, crowded, tmp_path):
    plans = [each.types(tmp_path, "run", *PART, "--plan").stdout for each in (alone, crowded)]

    assert plans[0] == plans[1]
    assert "5 scenarios" in plans[0]


def test_a_self_test(crowded, tmp_path):
    done = crowded.types(tmp_path, "selftest", "--fault", "period-turned", "--workers", "1", "--out", "out")

    assert done.returncode == 0
    assert "1 of 1 fault caught, 1 by the right requirement" in " ".join(done.stdout.split())


def test_pytest_on_the_scenarios(crowded, tmp_path, repository):
    """Without our command: the scenarios' own configuration also keeps neighbours out."""
    command = [str(crowded.python), "-m", "pytest", str(repository / "scenarios"), *PART, "--out", "out", "-q"]

    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=tmp_path)

    assert (done.returncode, "5 passed" in done.stdout) == (0, True), done.stdout
