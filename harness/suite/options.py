"""The options of a run, stated once: the commands offer them and pass them to pytest under the same names.

Neither pytest nor the specifications are imported here, so that `--help` is quick.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from harness.targets.fair_use import IN_FLIGHT
from harness.verdict.levels import FAIL_ON

PATIENCE = 30.0
"""Seconds that a driver may take for a task."""

EXAMPLES = 100
EVIDENCE = ("sample", "all")
EMBEDDED = "sandbox"
CARDS = ("text", "env", "json")


@dataclass(frozen=True)
class Option:
    """One option. `default` applies unless it is given; `least` and `most` bound a number, both included."""

    name: str
    help: str
    kind: Literal["text", "path", "whole", "number", "flag"] = "text"
    metavar: str | None = None
    choices: tuple[str, ...] = ()
    many: bool = False
    default: object = None
    least: float | None = None
    most: float | None = None


OPTIONS: Mapping[str, Option] = {
    option.name: option
    for option in (
        Option(
            "target",
            "A target in provestand.toml, or a file with one target. Default: the built-in sandbox.",
            default=EMBEDDED,
        ),
        Option("api", "Only this API. Can be repeated.", many=True),
        Option(
            "suite",
            "The suite to run. Default: scenarios and property.",
            choices=("scenarios", "property", "fuzz", "all"),
            default="default",
        ),
        Option("requirement", "Only scenarios that judge this requirement. Can be repeated.", many=True),
        Option(
            "in-flight",
            "Calls in flight from this machine, if several share the five that are allowed. Default: the target's.",
            kind="whole",
            least=1,
            most=IN_FLIGHT,
        ),
        Option("max-examples", "fuzz: examples per operation. Default: 100.", kind="whole", default=EXAMPLES, least=1),
        Option("seed", "Repeat a run with the seed that it printed.", kind="whole", least=0),
        Option("out", "Folder for verdict and reports. Default: reports/out/<time>.", kind="path"),
        Option("waivers", "File of accepted deviations (owner, reason, expiry).", kind="path", metavar="FILE"),
        Option(
            "fail-on",
            "The lowest level that fails: must (deviations), should (also warnings), may (also doubts). Default: must.",
            choices=tuple(FAIL_ON),
            default="must",
        ),
        Option(
            "evidence",
            "For which passed scenarios Allure shows the traffic; for failed ones it always does. Default: sample.",
            choices=EVIDENCE,
            default=EVIDENCE[0],
        ),
        Option(
            "require-coverage",
            "Exit code 3 unless this percentage of the testable requirements, or all of level must, was judged.",
            metavar="PERCENT|must",
        ),
        Option(
            "recorded",
            "Judge recorded traffic, and send nothing. --target and --api choose the part to judge.",
            kind="path",
            metavar="FILE.har",
        ),
        Option(
            "thorough",
            "Repeat write flows and access attempts for all organisations, packages, formats and periods; --plan shows "
            "how much that adds.",
            kind="flag",
        ),
        Option("i-mean-production", "Judge a target with profile prod; its name must be typed.", kind="flag"),
        Option("drive", "What makes the client perform its tasks. Default: a person.", metavar="COMMAND|URL"),
        Option(
            "patience",
            "Seconds that the driver may take for a task. Default: 30.",
            kind="number",
            default=PATIENCE,
            least=0.1,
        ),
        Option("card", "Print addresses, key and parties before the first task, in this form.", choices=CARDS),
    )
}
"""The options known to both a command and pytest; each has a few more of its own."""
