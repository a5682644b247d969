"""Concurrent scenarios, in a separate pytest session."""

import threading
from collections.abc import Mapping
from pathlib import Path

import pytest

from harness.suite.lanes import Baton, run_in_lanes

CONFTEST = """
from pathlib import Path

import pytest

LOG = Path(__file__).with_name("log")


def note(line):
    with LOG.open("a") as file:
        file.write(line + "\\n")


@pytest.fixture(scope="session")
def stock():
    note("session set up")
    yield
    note("session taken down")


@pytest.fixture(scope="module")
def outbox(request):
    note(f"{request.module.__name__} set up")
    yield
    note(f"{request.module.__name__} taken down")


@pytest.fixture
def seen(request, stock):
    note(request.node.name)
"""

BESIDE = "\n".join(f"def test_{name}(seen): pass" for name in ("one", "two", "three"))
ALONE = "\n".join(f"def test_{name}(outbox, seen): pass" for name in ("four", "five"))
MARKED = "import pytest\n@pytest.mark.alone\n@pytest.mark.last\ndef test_nine(seen): pass\n"
LONG = "import pytest\n@pytest.mark.long\ndef test_ten(seen): pass\n"
AGAIN = "\n".join(f"def test_{name}(seen): pass" for name in ("six", "seven", "eight"))


class InLanes:
    """Runs every session in three lanes."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        run_in_lanes(session, Baton(), 3)
        return True


def run_session(folder: Path, modules: Mapping[str, str], *plugins: object) -> int:
    """The exit code of a session in three lanes over the modules of a folder."""
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n  alone\n  last\n  long\n")
    for name, text in modules.items():
        (folder / f"{name}.py").write_text(text)
    # With importlib, modules of an earlier session in this process are not mistaken for those of this one.
    options = ["-q", "--import-mode", "importlib", "--rootdir", str(folder)]
    options += [part for name in ("cacheprovider", "allure_pytest", "xdist") for part in ("-p", f"no:{name}")]
    return pytest.main([*options, "-c", str(folder / "pytest.ini"), str(folder)], plugins=[InLanes(), *plugins])


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What a session did in order: scenarios that may run concurrently, and between them some that run alone."""
    tmp_path = tmp_path_factory.mktemp("scenarios")
    before = threading.active_count()
    modules = {"test_a": BESIDE, "test_b": ALONE, "test_c": AGAIN, "test_d": MARKED, "test_e": LONG}
    assert run_session(tmp_path, modules) == 0
    assert threading.active_count() == before
    return (tmp_path / "log").read_text().splitlines()


def test_what_is_set_up_for_the_whole_run_outlives_the_lanes(log: list[str]):
    """Otherwise files that were uploaded once would be uploaded per group of lanes, and not be cited from others."""
    assert log[0] == "session set up"
    assert log[-1] == "session taken down"
    assert [line for line in log if line.startswith("session")] == ["session set up", "session taken down"]


def test_what_runs_alone_runs_together_and_what_is_long_begins_early(log: list[str]):
    """Before and after a scenario that runs alone the lanes are empty, and a long one at the end runs on alone."""
    ran = [line for line in log if line.startswith("test_") and " " not in line]

    assert ran[:3] == ["test_four", "test_five", "test_ten"]
    assert sorted(ran[3:9]) == ["test_eight", "test_one", "test_seven", "test_six", "test_three", "test_two"]
    assert ran[9:] == ["test_nine"]


def test_what_a_module_needs_is_taken_down_before_others_begin(log: list[str]):
    assert log.index("test_b set up") < log.index("test_four")
    assert log.index("test_five") < log.index("test_b taken down") < log.index("test_ten")


INTERRUPTED = """
import _thread
import threading

def test_in_progress(request, stock):
    _thread.interrupt_main()  # as a second Ctrl-C does
    lane = request.config.lane = threading.current_thread()
    assert request.config.is_torn_down.wait(60)
    raise RuntimeError("what it used is torn down")
"""


class Interrupted:
    """Lets the scenario go on once the session's fixtures are torn down, and waits for its end."""

    def __init__(self) -> None:
        self.reports: list[pytest.TestReport] = []

    def pytest_configure(self, config: pytest.Config) -> None:
        config.is_torn_down = threading.Event()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.reports.append(report)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        session.config.is_torn_down.set()
        session.config.lane.join(60)


def test_a_lane_that_outlives_an_interrupted_run_reports_nothing(tmp_path: Path):
    seen = Interrupted()

    assert run_session(tmp_path, {"test_f": INTERRUPTED}, seen) == pytest.ExitCode.INTERRUPTED

    assert (tmp_path / "log").read_text().splitlines()[-1] == "session taken down"
    assert [(report.when, report.outcome) for report in seen.reports] == [("setup", "passed")]
