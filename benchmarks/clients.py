"""What recording costs the sandbox, and how long a client run takes.

python benchmarks/clients.py

The cost is the loss in requests per second of a sandbox that records every call, beside one that does not; judging is
done by another process, from the record. Bars: less than 15 %, and 90 s for a client that answers at once.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

import httpx
from _measuring import seconds

from harness.auth.grant import Subject
from harness.auth.maskinporten import MaskinportenClient
from harness.targets.embedded import running_sandbox
from harness.verdict.model import read_verdict

REQUESTS, ROUNDS = 300, 9


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "record.jsonl"
        with running_sandbox() as plain, running_sandbox("--record", str(record)) as recording:
            pairs = [(per_second(plain.target), per_second(recording.target)) for _ in range(ROUNDS + 1)][1:]
        first, second = (statistics.median(figures) for figures in zip(*pairs, strict=True))
        loss = 1 - statistics.median(kept / free for free, kept in pairs)
        print(f"sandbox  {first:6.0f} requests/s   recording {second:6.0f} requests/s   loss {loss:.1%}")
        out = Path(folder) / "out"
        drive = f"{sys.executable} -m harness.reference_client"
        wall = seconds([sys.executable, "-m", "harness", "client", "--drive", drive, "--out", str(out)])
        verdict = read_verdict(out)
        print(f"provestand client  {wall:5.1f} s   {verdict.counts['scenarios']} scenarios, {verdict.verdict}")


def per_second(target) -> float:
    """Look-ups per second, one after the other over one connection."""
    api = target.apis["kravogbetalinger"]
    with httpx.Client(trust_env=False, timeout=30) as http:
        token = MaskinportenClient(target.maskinporten, http).token(Subject(api.scope))
        url = f"{api.base_url}/lovfestetrevisjon/{api.organisations[0]}/aapnekrav"
        headers = {"Authorization": f"Bearer {token}"}
        http.get(url, headers=headers).raise_for_status()
        start = time.perf_counter()
        for _ in range(REQUESTS):
            http.get(url, headers=headers)
        return REQUESTS / (time.perf_counter() - start)


if __name__ == "__main__":
    main()
