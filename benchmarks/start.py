"""How long a default run takes, and how much more time `provestand --help` needs than Python itself.

    python benchmarks/start.py

For reference, in the same minute, httpx alone sends as many requests to a sandbox, one after the other.
"""

import sys
import tempfile
import time
from pathlib import Path

import httpx
from _measuring import PROVESTAND, Row, cost, paired, told

from harness.auth.grant import Subject
from harness.auth.maskinporten import MaskinportenClient
from harness.targets.embedded import running_sandbox
from harness.verdict.model import read_verdict


def main() -> None:
    rows = []
    for command in ([*PROVESTAND, "--help"], [*PROVESTAND, "run", "--help"]):
        own, python, ratio = paired(command, [sys.executable, "-c", "pass"], runs=15)
        print(f"{told(command):32} {own * 1000:6.0f} ms   python -c pass {python * 1000:.0f} ms   ratio {ratio:.1f}")
        rows.append(
            Row(
                f"`{told(command)[2:]}`",
                f"{own * 1000:.0f} ms",
                f"`python -c pass`: {python * 1000:.0f} ms",
                f"{ratio:.1f}",
            )
        )
    for workers in ("1", "2", "auto"):
        rows.append(measure([*PROVESTAND, "run", "--workers", workers]))
    print(*rows[:1], rows[-1], sep="\n")


def measure(command: list[str]) -> Row:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        run = cost([*command, "--out", str(out)])
        verdict = read_verdict(out)
    requests = verdict.http.requests
    plain = seconds_of_httpx(requests)
    print(
        f"{told(command):32} {run.wall:6.1f} s ({run.processor:.1f} s of processor)   "
        f"{requests} requests, {verdict.counts['scenarios']} scenarios, {verdict.verdict}   "
        f"httpx alone {plain:.1f} s   ratio {run.processor / plain:.1f}",
        flush=True,
    )
    return Row(
        "`provestand run`",
        f"{run.wall:.0f} s, of the processor {run.processor:.0f} s",
        f"httpx alone sends as many requests ({requests:,}): {plain:.1f} s of the processor",
        f"{run.processor / plain:.0f}",
    )


def seconds_of_httpx(requests: int) -> float:
    """The CPU time in seconds that this process needs to send so many look-ups over one connection with httpx."""
    with running_sandbox() as sandbox, httpx.Client(trust_env=False, timeout=30) as http:
        api = sandbox.target.apis["kravogbetalinger"]
        token = MaskinportenClient(sandbox.target.maskinporten, http).token(Subject(api.scope))
        url = f"{api.base_url}/lovfestetrevisjon/{api.organisations[0]}/aapnekrav"
        begun = time.process_time()
        for _ in range(requests):
            http.get(url, headers={"Authorization": f"Bearer {token}"})
        return time.process_time() - begun


if __name__ == "__main__":
    main()
