"""The whole self-test, compared with a default run with one process in the same minutes.

    python benchmarks/selftest.py [OPTIONS OF provestand selftest …]

A machine's speed drifts: the ratio says how many runs a self-test takes. Limit: 240 s on two cores.
"""

import json
import sys
import tempfile
from pathlib import Path

from _measuring import PROVESTAND, Row, cost, told

LIMIT = 240
"""Seconds, on two cores."""


def main() -> None:
    selftest, run = [*PROVESTAND, "selftest", *sys.argv[1:]], [*PROVESTAND, "run", "--workers", "1"]
    with tempfile.TemporaryDirectory() as folder:
        before = cost([*run, "--out", f"{folder}/before"])
        whole = cost([*selftest, "--out", f"{folder}/selftest"])
        after = cost([*run, "--out", f"{folder}/after"])
        score = json.loads((Path(folder) / "selftest" / "selftest.json").read_text())["score"]
    alone = (before.processor + after.processor) / 2
    print(told(run), f"  {before.wall:.1f} and {after.wall:.1f} s, {alone:.1f} s of processor", sep="\n")
    print(told(selftest))
    print(
        f"  {whole.wall:.1f} s, {whole.processor:.1f} s of processor: {whole.processor / alone:.1f} runs; "
        f"{score['by_right_requirement']} of {score['faults']} faults by the right requirement, "
        f"{score['false_alarms']} false alarms, {score['mutants_caught']} of {score['mutants']} mutants"
    )
    print(
        Row(
            f"`provestand selftest`, {score['faults']} faults",
            f"{whole.wall:.0f} s, of the processor {whole.processor:.0f} s",
            f"`provestand run --workers 1`: {alone:.0f} s of the processor",
            f"{whole.processor / alone:.1f}",
            f"{LIMIT} s",
        )
    )


if __name__ == "__main__":
    main()
