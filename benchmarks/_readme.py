"""Updates the figures in README.md, with today's date: `nox -s readme`.

    python benchmarks/_readme.py [--selftest FILE] [--log FILE] [--workers N]

Measures for an hour or more on two cores: the whole self-test, and how many faults `st run` finds (detection.py).
`--selftest` uses a selftest.json of this version instead of running it, `--log` continues an interrupted `st run`.
"""

import argparse
import datetime
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
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
    parser.add_argument("--selftest", type=Path)
    parser.add_argument("--log", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    today = datetime.datetime.now(datetime.UTC).date()
    with tempfile.TemporaryDirectory() as folder:
        selftest = options.selftest or run_selftest(Path(folder))
        figures = {
            "selftest": power(json.loads(selftest.read_text(encoding="utf-8")), today),
            "detection": f"Measured on {today}.\n\n"
            + table(argparse.Namespace(**OPTIONS, selftest=selftest, log=options.log, workers=options.workers)),
        }
    README.write_text(rewritten(README.read_text(encoding="utf-8"), figures), encoding="utf-8", newline="\n")


def run_selftest(folder: Path) -> Path:
    command = [sys.executable, "-m", "harness", "selftest", "--out", str(folder)]
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
