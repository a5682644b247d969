"""The options of a run mean the same on the command line and for pytest."""

import pytest

from harness.cli._options import as_arguments
from harness.cli.client import command as client
from harness.cli.run import command as run
from harness.suite.options import OPTIONS

OF_A_SERVICE = {"target", "suite", "in-flight", "max-examples", "evidence", "require-coverage", "thorough"}
OF_A_CLIENT = {"drive", "patience", "card"}


@pytest.mark.parametrize(("command", "others"), [(run, OF_A_CLIENT), (client, OF_A_SERVICE | {"i-mean-production"})])
def test_a_command_offers_every_option_that_concerns_it(command, others):
    offered = {parameter.opts[0].removeprefix("--") for parameter in command.params}

    assert OPTIONS.keys() - offered == others


def test_what_was_given_is_passed_on_by_the_same_names():
    given = {
        "target": "test",
        "api": ("a", "b"),
        "suite": None,
        "in_flight": 2,
        "thorough": True,
        "i_mean_production": False,
        "patience": 1.5,
    }

    assert as_arguments(given) == [
        *("--target", "test", "--api", "a", "--api", "b", "--in-flight", "2", "--thorough", "--patience", "1.5")
    ]


@pytest.mark.parametrize(
    ("option", "value", "complaint"),
    [
        ("--in-flight", "6", "--in-flight 6: give a number, from 1 to 5."),
        ("--max-examples", "0", "--max-examples 0: give a number, 1 or more."),
        ("--patience", "0", "--patience 0: give a number, 0.1 or more."),
    ],
)
def test_pytest_holds_the_same_bounds(provestand, option, value, complaint):
    finished = provestand("run", "--", option, value)

    assert finished.code == 2
    assert complaint in finished.stderr
