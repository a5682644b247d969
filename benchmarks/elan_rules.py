"""How long the sandbox needs to judge a complex begjæring, compared with only parsing its JSON.

python benchmarks/elan_rules.py
"""

import datetime
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from harness.sandbox.knobs import turned
from harness.sandbox.utleggsbegjaering.body import parsed
from harness.sandbox.utleggsbegjaering.judge import Judge
from harness.sandbox.utleggsbegjaering.model.begjaering import Utleggsbegjaering, read
from harness.sandbox.utleggsbegjaering.register import Register
from harness.sandbox.utleggsbegjaering.submission import Submission

EXAMPLE = Path(__file__).parents[1] / "tests" / "sandbox" / "utleggsbegjaering" / "begjaering.json"
ROUNDS, CALLS = 21, 100


def main() -> None:
    """The example has parties of every kind, six claims under two bases, and eight attachments."""
    request = json.loads(EXAMPLE.read_text())
    _give_uuids(request)
    octets = json.dumps(request).encode()
    knobs, judge, register, today = turned(()), Judge(), Register(), datetime.date(2026, 5, 20)
    begjaering = read(Utleggsbegjaering, parsed(octets), knobs)

    def judged() -> None:
        judge.breaches(Submission(begjaering, "312345676", today, register))

    def everything() -> None:
        sent = read(Utleggsbegjaering, parsed(octets), knobs)
        judge.breaches(Submission(sent, "312345676", today, register))

    for name, work in (("the 72 conditions", judged), ("form and conditions", everything)):
        took, alone, ratio = _paired(work, lambda: json.loads(octets))
        print(
            f"{name:20} {took:6.3f} ms   json.loads of the same {len(octets)} octets {alone:.3f} ms   ratio {ratio:.1f}"
        )


def _give_uuids(node: object) -> None:
    """The example names each attachment by a word; the model requires a uuid."""
    if isinstance(node, dict):
        if "uuid" in node:
            node["uuid"] = "00000000-0000-4000-8000-000000000000"
        for child in node.values():
            _give_uuids(child)
    elif isinstance(node, list):
        for child in node:
            _give_uuids(child)


def _paired(first: Callable[[], object], second: Callable[[], object]) -> tuple[float, float, float]:
    """The medians in milliseconds of two functions run alternately, and the median of their ratios, pair by pair."""
    pairs = [(_milliseconds(first), _milliseconds(second)) for _ in range(ROUNDS)][1:]
    ratios = [a / b for a, b in pairs]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs), statistics.median(ratios)


def _milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    for _ in range(CALLS):
        work()
    return (time.perf_counter() - start) / CALLS * 1000


if __name__ == "__main__":
    main()
