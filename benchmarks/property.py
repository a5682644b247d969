"""The generated requests against a target that takes 50 ms to answer: replayed, and driven by the generator itself.

    python benchmarks/property.py [API ...]

Both send schemathesis's coverage cases of an API's pinned document, with a valid token, to the same sandbox,
alternately. `st run` gets the number of workers with which it was fastest: one, two or five on Python 3.12 and newer,
one before (threads crash it there). `to start` is a run of the same command that sends nothing; `sending` is how much
longer a whole run takes, including the judging of the answers and the reports about them.
"""

import re
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from _measuring import ENVIRONMENT, Row, seconds, told

from harness.auth.grant import Subject
from harness.auth.maskinporten import MaskinportenClient
from harness.contract.pinned import contract_of
from harness.http.client import recorded_client
from harness.suite.generator import METHODS
from harness.targets.embedded import RunningSandbox, running_sandbox
from harness.targets.fair_use import IN_FLIGHT
from harness.targets.model import Target
from harness.verdict.model import read_verdict

LATENCY = 0.050
RUNS = {"kravogbetalinger": 3, "utleggsbegjaering": 1}
"""How often each command runs; those of Utleggsbegjæring, with five times as many requests, vary less."""
WHOLE, SENDING = 5, 1.2
"""How many times as fast as `st run` the whole command should be, and how many times the ideal the sending may take."""
CONFIGURATION = f"""
[generation]
allow-x00 = false
database = "none"
[phases.coverage]
unexpected-methods = {list(METHODS)}
generate-duplicate-query-parameters = false
"""


@dataclass(frozen=True)
class Timed:
    """The median wall times of whole runs and of runs that send nothing, in seconds, and the number of requests."""

    whole: float
    start: float
    requests: int

    @property
    def sending(self) -> float:
        return self.whole - self.start


def main() -> None:
    for api in sys.argv[1:] or RUNS:
        measure(api)


def measure(api: str) -> None:
    with running_sandbox("--latency", str(int(LATENCY * 1000))) as sandbox, tempfile.TemporaryDirectory() as folder:
        workers = fastest(sandbox.target, api, Path(folder))
        ours, theirs = in_turn(sandbox, api, Path(folder), workers)
    ideal = ours.requests * LATENCY / IN_FLIGHT
    per_request = theirs.requests / ours.requests
    print(f"{'':34}requests  whole command  to start  sending")
    for name, timed in (("provestand run --suite property", ours), (f"st run, {workers} worker(s)", theirs)):
        print(f"{name:34}{timed.requests:8}{timed.whole:13.2f} s{timed.start:8.2f} s{timed.sending:7.2f} s")
    whole, sending = theirs.whole / ours.whole / per_request, theirs.sending / ours.sending / per_request
    print(f"{'times as fast, request by request':34}{'':8}{whole:15.1f}{'':10}{sending:9.1f}")
    best = theirs.whole / (ours.start + ideal) / per_request, theirs.sending / ideal / per_request
    print(f"{'the same with an ideal sending':34}{'':8}{best[0]:15.1f}{'':10}{best[1]:9.1f}")
    print(f"{f'against {ideal:.2f} s (n x latency / {IN_FLIGHT})':34}{'':33}{ours.sending / ideal:9.2f}")
    print(
        Row(
            f"`provestand run --suite property --api {api}`, where each answer takes {LATENCY * 1000:.0f} ms",
            f"{ours.whole:.1f} s",
            f"`st run --workers {workers}` with the same {ours.requests} requests: {theirs.whole / per_request:.1f} s",
            f"{1 / whole:.2f}",
            f"{1 / WHOLE:.2f}",
        ),
        Row(
            "the same without the start",
            f"{ours.sending:.1f} s",
            f"{ours.requests} requests × {LATENCY * 1000:.0f} ms ÷ {IN_FLIGHT}: {ideal:.1f} s",
            f"{ours.sending / ideal:.2f}",
            f"{SENDING}",
        ),
        sep="\n",
    )


def fastest(target: Target, api: str, folder: Path) -> int:
    """The number of workers with which `st run` finishes first."""
    numbers = (1, 2, 5) if sys.version_info >= (3, 12) else (1,)
    times = {number: drive(their_command(target, api, folder, number), folder)[0] for number in numbers}
    print("   ".join(f"$ st run --workers {number}: {wall:.1f} s" for number, wall in times.items()))
    return min(numbers, key=lambda number: times[number])


def in_turn(sandbox: RunningSandbox, api: str, folder: Path, workers: int) -> tuple[Timed, Timed]:
    """Runs both commands alternately, whole and without requests.

    The first of our runs fills caches and does not count.
    """
    ours = our_command(sandbox.target_file, api)
    print(told(ours))
    seconds([*ours, "--out", str(folder / "out")])
    times = []
    for _ in range(RUNS[api]):
        whole, start = seconds([*ours, "--out", str(folder / "out")]), seconds([*ours, *nothing(folder)])
        theirs = their_command(sandbox.target, api, folder, workers)  # with a new token, which lives for two minutes
        driven, generated = drive(theirs, folder)
        loaded, none = drive([*theirs, "--include-path", "/nothing/is/here"], folder)
        if none:
            raise RuntimeError("`st run` was to send nothing")
        times.append((whole, start, driven, loaded))
    medians = [statistics.median(column) for column in zip(*times, strict=True)]
    sent = read_verdict(folder / "out").http.requests
    return Timed(medians[0], medians[1], sent), Timed(medians[2], medians[3], generated)


def our_command(target: Path, api: str) -> list[str]:
    return [sys.executable, "-m", "harness", "run", "--target", str(target), "--api", api, "--suite", "property"]


def nothing(folder: Path) -> list[str]:
    return ["--out", str(folder / "empty"), "--", "-k", "nothing_is_called_this"]


def their_command(target: Target, name: str, folder: Path, workers: int) -> list[str]:
    """schemathesis's own command line, with the same cases and a token for them."""
    api = target.apis[name]
    with recorded_client(target, lambda _: None) as http:
        token = MaskinportenClient(target.maskinporten, http).token(Subject(api.scope))
    configuration = folder / "schemathesis.toml"
    configuration.write_text(CONFIGURATION)
    program = str(Path(sys.executable).with_name("st"))
    command = [program, "--config-file", str(configuration), "run", str(contract_of(name).document.path)]
    command += ["--url", api.base_url, "--phases", "coverage", "--workers", str(workers)]
    return [*command, "--header", f"Authorization: Bearer {token}", "--continue-on-failure", "--no-color"]


def drive(command: list[str], folder: Path) -> tuple[float, int]:
    """The wall time of one run of schemathesis, and how many requests it made."""
    environment = ENVIRONMENT | {"COLUMNS": "200"}
    begun = time.perf_counter()
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder, env=environment)
    elapsed = time.perf_counter() - begun
    generated = re.search(r"(\d+) generated", done.stdout)
    if generated is None and "No test cases were generated" not in done.stdout:
        raise RuntimeError(done.stdout[-2000:] + done.stderr[-2000:])
    return elapsed, int(generated[1]) if generated else 0


if __name__ == "__main__":
    main()
