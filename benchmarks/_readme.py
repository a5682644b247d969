"""Updates the figures in README.md with today's date: `nox -s readme`.

    python benchmarks/_readme.py [--only NAME ...] [--selftest FILE] [--shares FILE] [--speed DIR] [--log FILE]
        [--workers N]

Measures for an hour or more on two cores: the whole self-test, the self-test of rare faults, how long commands take,
and what `st run` finds of the faults (detection.py). `--selftest` and `--shares` use a selftest.json of this version
instead of a new one, `--speed` the folder in which `nox -s benchmarks` kept its output, and `--log` continues where
`st run` was cut off. `--only` updates some of the figures: selftest, shares, speed, detection.
"""

import argparse
import datetime
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from _measuring import ENVIRONMENT
from detection import table

README = Path(__file__).parent.parent / "README.md"
NUMBERS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five"}
OPTIONS = {"api": "kravogbetalinger", "number": None, "max_examples": 100}
"""Options of detection.py: all faults of the one API whose requests `st run` can make sense of."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=sorted(FIGURES))
    parser.add_argument("--selftest", type=Path)
    parser.add_argument("--shares", type=Path)
    parser.add_argument("--speed", type=Path)
    parser.add_argument("--log", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measured = _Measured(Path(folder), options, datetime.datetime.now(datetime.UTC).date())
        figures = {name: FIGURES[name](measured) for name in options.only or FIGURES}
    README.write_text(rewritten(README.read_text(encoding="utf-8"), figures), encoding="utf-8", newline="\n")


@dataclass
class _Measured:
    """What the figures are taken from: given files, or runs made when they are first needed."""

    folder: Path
    options: argparse.Namespace
    today: datetime.date

    @cached_property
    def selftest(self) -> Path:
        return self.options.selftest or run_selftest(self.folder / "selftest")

    @cached_property
    def shares(self) -> Path:
        return self.options.shares or run_selftest(self.folder / "shares", "--shares")


def run_selftest(folder: Path, *arguments: str) -> Path:
    command = [sys.executable, "-m", "harness", "selftest", *arguments, "--out", str(folder)]
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, env=ENVIRONMENT)
    return folder / "selftest.json"


def power(selftest: Mapping[str, Any], day: datetime.date) -> str:
    """The score in one sentence, for any numbers."""
    score, healthy = selftest["score"], len(selftest["clean"])
    alarms = score["false_alarms"]
    return (
        f"On {day}, {score['by_right_requirement']} of {score['faults']} faults of both APIs were caught by their own "
        f"requirement, and {alarms or 'none'} of {len(selftest['benign'])} variations and "
        f"{NUMBERS.get(healthy, healthy)} healthy sandboxes {'were' if alarms > 1 else 'was'} accused."
    )


def power_over_rare_faults(selftest: Mapping[str, Any], day: datetime.date) -> str:
    """The second score in two sentences, whatever it is."""
    score = selftest["score"]
    return (
        f"On {day}, a thorough run caught {score['shares_caught']:,} of {score['shares']:,} rare faults "
        f"({score['percent_shares_caught']} %), with {score['requests_for_shares']:,} requests in all. "
        f"Another {score['shares_unmet']} show in no answer of such a run and are not counted."
    )


SPEED = ("start", "latency", "property", "reports", "clients", "selftest")
"""The measurements whose rows make the table of speed, in its order."""


def _speed(measured: _Measured) -> str:
    given = measured.options.speed
    texts = [(given / f"{name}.txt").read_text(encoding="utf-8") if given else run_benchmark(name) for name in SPEED]
    rows = [line for text in texts for line in text.splitlines() if line.startswith("| ")]
    head = ["| | | beside it, in the same minutes | ratio | limit |", "|---|--:|---|--:|--:|"]
    return "\n".join([f"Measured on {measured.today}, on two cores.\n", *head, *rows])


def run_benchmark(name: str) -> str:
    command = [sys.executable, str(Path(__file__).with_name(f"{name}.py"))]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT).stdout


def _detection(measured: _Measured) -> str:
    options = measured.options
    arguments = argparse.Namespace(**OPTIONS, selftest=measured.selftest, log=options.log, workers=options.workers)
    return f"Measured on {measured.today}.\n\n{table(arguments)}"


FIGURES: Mapping[str, Callable[[_Measured], str]] = {
    "selftest": lambda measured: power(_read(measured.selftest), measured.today),
    "shares": lambda measured: power_over_rare_faults(_read(measured.shares), measured.today),
    "speed": _speed,
    "detection": _detection,
}


def _read(path: Path) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def rewritten(text: str, figures: Mapping[str, str]) -> str:
    """The text with new figures between their marks; raises ValueError if a mark is missing."""
    for name, content in figures.items():
        mark = re.compile(rf"(<!-- {name}: .*? -->\n).*?(\n<!-- end of {name} -->)", re.DOTALL)
        text, count = mark.subn(lambda found, content=content: f"{found[1]}{content}{found[2]}", text)
        if count != 1:
            raise ValueError(f"README.md has {count} places for the figures of {name}")
    return text


if __name__ == "__main__":
    main()
