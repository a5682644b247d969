"""The table of levels (docs/levels.md), spelt out: a changed constant makes these tests fail."""

import pytest

from harness.cli._boundary import NOT_JUDGED, WRONG_USAGE
from harness.contract.requirements import Level
from harness.verdict.conclusion import EXIT_CODES
from harness.verdict.levels import FAIL_ON, WORDS, counted, failing, strictest
from harness.verdict.model import Verdict


def test_the_levels_are_these_and_no_others():
    assert Level.__args__ == ("must", "should", "may", "observe")


def test_what_a_broken_requirement_is_called():
    assert WORDS == {"must": "deviation", "should": "warning", "may": "doubt"}
    assert [counted(1, "must"), counted(2, "should"), counted(0, "may")] == ["1 deviation", "2 warnings", "0 doubts"]


@pytest.mark.parametrize(
    ("fail_on", "levels"),
    [("must", {"must"}), ("should", {"must", "should"}), ("may", {"must", "should", "may"})],
)
def test_what_fails_a_run(fail_on, levels):
    assert failing(fail_on) == levels


def test_observations_never_fail_a_run():
    assert FAIL_ON == ("must", "should", "may")
    assert strictest(["must", "may", "should"]) == "may"


def test_exit_codes():
    assert EXIT_CODES == {"conformant": 0, "deviations": 1, "inconclusive": 3}
    assert (WRONG_USAGE, NOT_JUDGED) == (2, 3)


def test_a_run_fails_on_must_unless_it_is_told_otherwise(provestand_help):
    assert "Default: must." in provestand_help("run")
    assert Verdict.model_fields["fail_on"].default == "should"  # for a file by a version that did not say


@pytest.fixture
def provestand_help(run_command):
    return lambda command: " ".join(run_command(command, "--help").stdout.split())
