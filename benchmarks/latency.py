"""Whole runs against a slow target, compared with the time its requests take with five always in flight.

    python benchmarks/latency.py [MILLISECONDS …]

The ideal is requests x latency / 5. `start` is a run of the same command that selects nothing, in the same minute.
Limit: 1.4 times the ideal, plus the start.
"""

import sys
import tempfile
from pathlib import Path

from _measuring import PROVESTAND, Row, cost, told

from harness.targets.embedded import running_sandbox
from harness.targets.fair_use import IN_FLIGHT
from harness.verdict.model import read_verdict

BAR = 1.4


def main() -> None:
    rows = []
    for milliseconds in [int(argument) for argument in sys.argv[1:]] or [50, 200]:
        with running_sandbox("--latency", str(milliseconds)) as sandbox, tempfile.TemporaryDirectory() as folder:
            command = [*PROVESTAND, "run", "--target", str(sandbox.target_file)]
            rows.append(measure(command, milliseconds / 1000, Path(folder)))
    print(*rows, sep="\n")


def measure(command: list[str], latency: float, folder: Path) -> Row:
    print(told(command), f"  # {latency * 1000:.0f} ms")
    start = cost([*command, "--out", str(folder / "start"), "--", "-k", "nothing_is_called_this"])
    whole = cost([*command, "--out", str(folder / "out")])
    verdict = read_verdict(folder / "out")
    ideal = verdict.http.requests * latency / IN_FLIGHT
    ratio = (whole.wall - start.wall) / ideal
    print(
        f"{whole.wall:6.1f} s ({whole.processor:.1f} s of processor), start {start.wall:.1f} s   "
        f"{verdict.http.requests} requests: {ideal:.1f} s ideal   "
        f"ratio without the start {ratio:.2f} (bar {BAR})   {verdict.verdict}",
        flush=True,
    )
    return Row(
        f"`provestand run --target …`, where each answer takes {latency * 1000:.0f} ms",
        f"{whole.wall:.0f} s, of which {start.wall:.1f} s to start",
        f"{verdict.http.requests:,} requests × {latency * 1000:.0f} ms ÷ {IN_FLIGHT}: {ideal:.0f} s",
        f"{ratio:.2f}",
        f"{BAR}",
    )


if __name__ == "__main__":
    main()
