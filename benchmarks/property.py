"""The generated requests on a target that takes 50 ms to answer: replayed, and driven by the generator itself.

    python benchmarks/property.py

Both send schemathesis's coverage cases of the pinned Krav og betalinger, with a valid token, to the same sandbox.
`st run` gets as many workers as it can take: five on Python 3.12 and newer, one before (threads crash it there).
"""

import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _measuring import ENVIRONMENT, seconds

from harness.auth.grant import Subject
from harness.auth.maskinporten import MaskinportenClient
from harness.contract.pinned import contract_of
from harness.http.client import recorded_client
from harness.http.fair_use import IN_FLIGHT
from harness.suite.generator import METHODS
from harness.targets.embedded import running_sandbox
from harness.targets.model import Target
from harness.verdict.model import read_verdict

API = "kravogbetalinger"
LATENCY = 0.050
CONFIGURATION = f"""
[generation]
allow-x00 = false
database = "none"
[phases.coverage]
unexpected-methods = {list(METHODS)}
generate-duplicate-query-parameters = false
"""


def main() -> None:
    with running_sandbox("--latency", str(int(LATENCY * 1000))) as sandbox, tempfile.TemporaryDirectory() as folder:
        whole, start, sent = replay(sandbox.target_file, Path(folder))
        driven, theirs = drive(sandbox.target, Path(folder))
    ideal = sent * LATENCY / IN_FLIGHT
    print(f"provestand run --suite property   {whole:6.2f} s for {sent} requests, {start:.2f} s of them to start")
    print(f"st run --phases coverage          {driven:6.2f} s for {theirs} requests, {workers()} worker(s)")
    print(f"times as fast                     {driven / theirs / (whole / sent):.1f}")
    print(f"requests against n x latency / {IN_FLIGHT}  {(whole - start) / ideal:.2f}")


def replay(target: Path, folder: Path) -> tuple[float, float, int]:
    """The wall time of a property run, how much of it a run without requests takes, and how many requests it sent."""
    out = folder / "out"
    command = [sys.executable, "-m", "harness", "run", "--target", str(target), "--api", API]
    command += ["--suite", "property", "--out"]
    wholes = [seconds([*command, str(out)]) for _ in range(4)][1:]
    nothing = [*command, str(folder / "empty"), "--", "-k", "nothing_is_called_this"]
    starts = [seconds(nothing) for _ in range(3)]
    return statistics.median(wholes), statistics.median(starts), read_verdict(out).http.requests


def drive(target: Target, folder: Path) -> tuple[float, int]:
    """The wall time of schemathesis's own command line with the same cases, and how many it sent."""
    api = target.apis[API]
    with recorded_client(target, lambda _: None) as http:
        token = MaskinportenClient(target.maskinporten, http).token(Subject(api.scope))
    (folder / "schemathesis.toml").write_text(CONFIGURATION)
    document = contract_of(API).document.path
    command = [
        str(Path(sys.executable).with_name("st")),
        "--config-file",
        str(folder / "schemathesis.toml"),
        "run",
        str(document),
        "--url",
        api.base_url,
        "--phases",
        "coverage",
        "--workers",
        str(workers()),
        "--header",
        f"Authorization: Bearer {token}",
        "--continue-on-failure",
        "--no-color",
    ]
    begun = time.perf_counter()
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=folder, env=ENVIRONMENT | {"COLUMNS": "200"}
    )
    elapsed = time.perf_counter() - begun
    generated = re.search(r"(\d+) generated", done.stdout)
    if generated is None:
        raise RuntimeError(done.stdout[-2000:] + done.stderr[-2000:])
    return elapsed, int(generated[1])


def workers() -> int:
    return 5 if sys.version_info >= (3, 12) else 1


if __name__ == "__main__":
    main()
