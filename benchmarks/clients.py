"""What recording costs the sandbox, and how long a client run takes.

    python benchmarks/clients.py [--cost-only]

Compares a sandbox that records every call with one that does not: the loss in requests per second, and the additional
CPU time per request, which other work on the machine affects less (Linux only). Judging is done by another process,
from the record. Limits: 15 %, and 90 s for a client that answers immediately.
"""

import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
from _measuring import Row, seconds

from harness.auth.grant import Subject
from harness.auth.maskinporten import MaskinportenClient
from harness.targets.embedded import RunningSandbox, running_sandbox
from harness.verdict.model import read_verdict

REQUESTS, ROUNDS = 100, 40


@dataclass(frozen=True)
class Speed:
    per_second: float
    processor: float
    """The sandbox's CPU time per request in milliseconds."""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "record.jsonl"
        with running_sandbox() as plain, running_sandbox("--record", str(record)) as recording:
            pairs = [(speed_of(plain), speed_of(recording)) for _ in range(ROUNDS + 1)][1:]
        free, kept = zip(*pairs, strict=True)
        print(
            f"sandbox    {median(each.per_second for each in free):6.0f} requests/s  "
            f"{median(each.processor for each in free):.2f} ms of the processor\n"
            f"recording  {median(each.per_second for each in kept):6.0f} requests/s  "
            f"{median(each.processor for each in kept):.2f} ms of the processor\n"
            f"loss       {1 - median(b.per_second / a.per_second for a, b in pairs):6.1%}             "
            f"{1 - median(a.processor / b.processor for a, b in pairs):.1%} by the processor"
        )
        if "--cost-only" in sys.argv:
            return
        out = Path(folder) / "out"
        drive = f"{sys.executable} -m harness.reference_client"
        wall = seconds([sys.executable, "-m", "harness", "client", "--drive", drive, "--out", str(out)])
        verdict = read_verdict(out)
        print(f"provestand client  {wall:5.1f} s   {verdict.counts['scenarios']} scenarios, {verdict.verdict}")
        lost = 1 - median(b.per_second / a.per_second for a, b in pairs)
        print(Row("requests per second that recording costs the sandbox", f"{100 * lost:.0f} %", limit="15 %"))
        print(Row(f"`provestand client`, {verdict.counts['scenarios']} scenarios", f"{wall:.0f} s", limit="90 s"))


median = statistics.median


def speed_of(sandbox: RunningSandbox) -> Speed:
    """For look-ups, one after the other over one connection."""
    target = sandbox.target
    api = target.apis["kravogbetalinger"]
    with httpx.Client(trust_env=False, timeout=30) as http:
        token = MaskinportenClient(target.maskinporten, http).token(Subject(api.scope))
        url = f"{api.base_url}/lovfestetrevisjon/{api.organisations[0]}/aapnekrav"
        headers = {"Authorization": f"Bearer {token}"}
        http.get(url, headers=headers).raise_for_status()
        before, start = processor_of(sandbox.process.pid), time.perf_counter()
        for _ in range(REQUESTS):
            http.get(url, headers=headers)
        wall, used = time.perf_counter() - start, processor_of(sandbox.process.pid) - before
    return Speed(REQUESTS / wall, used / REQUESTS * 1000)


def processor_of(pid: int) -> float:
    """Seconds that a process's threads have run so far."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9 or float("nan")


if __name__ == "__main__":
    main()
