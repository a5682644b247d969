"""How long a default run takes, and how much more than Python itself `provestand --help` needs.

python benchmarks/start.py
"""

import sys
import tempfile
from pathlib import Path

from _measuring import paired, seconds

from harness.verdict.model import read_verdict

PROVESTAND = [sys.executable, "-m", "harness"]


def main() -> None:
    help_time, python, ratio = paired([*PROVESTAND, "--help"], [sys.executable, "-c", "pass"], runs=15)
    print(
        f"provestand --help      {help_time * 1000:6.0f} ms   python -c pass {python * 1000:.0f} ms   ratio {ratio:.1f}"
    )
    run_help, python, ratio = paired([*PROVESTAND, "run", "--help"], [sys.executable, "-c", "pass"], runs=15)
    print(
        f"provestand run --help  {run_help * 1000:6.0f} ms   python -c pass {python * 1000:.0f} ms   ratio {ratio:.1f}"
    )
    for workers in ("1", "2"):
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "out"
            wall = seconds([*PROVESTAND, "run", "--workers", workers, "--out", str(out)])
            verdict = read_verdict(out)
        print(
            f"provestand run --workers {workers}  {wall:5.1f} s   {verdict.counts['scenarios']} scenarios, "
            f"{verdict.http.requests} requests, {verdict.verdict}"
        )


if __name__ == "__main__":
    main()
