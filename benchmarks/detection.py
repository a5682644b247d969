"""The faults of the sandbox, by this suite and by a plain `st run` with all its checks and a valid token.

    python benchmarks/detection.py [--api NAME] [--number N] [--selftest FILE] [--workers N]

Prints a table in Markdown. What `st run` says of the healthy sandbox is its baseline: only what it says beyond that
counts as caught, by whatever check; ours counts where the right requirement is named. `--number` takes a sample of the
faults, the same each time; `--selftest` reads our part from a selftest.json, which is made anew without it.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from _measuring import ENVIRONMENT

from harness.auth.grant import Subject
from harness.auth.maskinporten import MaskinportenClient
from harness.contract.pinned import contract_of
from harness.http.client import recorded_client
from harness.sandbox.faults.catalogue import all_faults
from harness.sandbox.faults.fault import Fault
from harness.targets.embedded import RunningSandbox, running_sandbox

LIFE = "7200"
"""Seconds: one token serves a whole run of `st`."""


@dataclass(frozen=True)
class Found:
    """Whether a fault was caught, and how many requests that took."""

    caught: bool = False
    requests: int = 0


class Stranger:
    """`st run` against one sandbox, whose faults are switched for it."""

    def __init__(self, sandbox: RunningSandbox, api: str, folder: Path, max_examples: int) -> None:
        target = sandbox.target
        self._api, self._folder = api, folder
        issuer = urlsplit(target.maskinporten.issuer)
        self._control = httpx.Client(base_url=f"{issuer.scheme}://{issuer.netloc}/sandbox", trust_env=False)
        with recorded_client(target, lambda _: None) as http:
            token = MaskinportenClient(target.maskinporten, http).token(Subject(target.apis[api].scope))
        document = contract_of(api, target.apis[api].version).document.path
        self._command = [
            *(str(Path(sys.executable).with_name("st")), "run", str(document), "--url", target.apis[api].base_url),
            *("--checks", "all", "--header", f"Authorization: Bearer {token}", "--seed", "1"),
            *("--generation-database", "none", "--warnings", "off", "--max-examples", str(max_examples)),
            *("--baseline", str(folder / "baseline.json")),
        ]

    def learn(self) -> None:
        """Accepts whatever it says of the healthy sandbox."""
        self._run("--baseline-update")

    def judge(self, fault: Fault) -> Found:
        self._control.put("/faults", json=[fault.full_name]).raise_for_status()
        before = self._requests()
        code = self._run()
        found = Found(code != 0, self._requests() - before)
        self._control.put("/faults", json=[]).raise_for_status()
        return found

    def _run(self, *arguments: str) -> int:
        done = subprocess.run(
            [*self._command, *arguments],
            check=False,
            capture_output=True,
            text=True,
            cwd=self._folder,
            env={**ENVIRONMENT, "NO_COLOR": "1"},
        )
        if done.returncode not in {0, 1}:
            raise RuntimeError(f"st run failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done.returncode

    def _requests(self) -> int:
        return int(self._control.get("/status").json()["apis"][self._api]["requests"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--api", default="kravogbetalinger")
    parser.add_argument("--number", type=int)
    parser.add_argument("--selftest", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--max-examples", type=int, default=100, help="of st run; its own default is 100")
    options = parser.parse_args()
    faults = chosen(options.api, options.number)
    theirs = by_stranger(faults, options.api, options.workers, options.max_examples)
    with tempfile.TemporaryDirectory() as folder:
        ours = by_us(faults, options.selftest or run_selftest(faults, Path(folder), options.workers))
    print_table(faults, ours, theirs)


def chosen(api: str, number: int | None) -> Sequence[Fault]:
    faults = [fault for fault in all_faults() if fault.api == api and not fault.is_benign]
    if number is None or number >= len(faults):
        return faults
    picked = set(random.Random("detection").sample(range(len(faults)), number))
    return [fault for place, fault in enumerate(faults) if place in picked]


def by_stranger(faults: Sequence[Fault], api: str, workers: int, max_examples: int) -> Mapping[str, Found]:
    shares = [faults[start::workers] for start in range(workers)]
    with ThreadPoolExecutor(workers) as pool:
        parts = pool.map(lambda share: judged(share, api, max_examples), shares)
        return {name: found for part in parts for name, found in part.items()}


def judged(faults: Iterable[Fault], api: str, max_examples: int) -> dict[str, Found]:
    found = {}
    with running_sandbox("--knob", f"token-lifetime={LIFE}") as sandbox, tempfile.TemporaryDirectory() as folder:
        stranger = Stranger(sandbox, api, Path(folder), max_examples)
        stranger.learn()
        for fault in faults:
            found[fault.name] = stranger.judge(fault)
            print(f"st run: {fault.name} {found[fault.name]}", file=sys.stderr, flush=True)
    return found


def run_selftest(faults: Iterable[Fault], folder: Path, workers: int) -> Path:
    names = [part for fault in faults for part in ("--fault", fault.full_name)]
    command = [sys.executable, "-m", "harness", "selftest", "--workers", str(workers), "--out", str(folder), *names]
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, env=ENVIRONMENT)
    return folder / "selftest.json"


def by_us(faults: Iterable[Fault], selftest: Path) -> Mapping[str, Found]:
    rows = {(row["api"], row["name"]): row for row in json.loads(selftest.read_text())["faults"]}
    found = {}
    for fault in faults:
        row = rows.get((fault.api, fault.name))
        found[fault.name] = Found(row["by_right_requirement"], row["requests"]) if row else Found()
    return found


def print_table(faults: Sequence[Fault], ours: Mapping[str, Found], theirs: Mapping[str, Found]) -> None:
    themes: defaultdict[str, list[str]] = defaultdict(list)
    for fault in faults:
        themes[fault.theme].append(fault.name)
    print("| Faults | | Prøvestand | requests, median | `st run`, all checks | requests, median |")
    print("|---|--:|--:|--:|--:|--:|")
    for theme, names in sorted(themes.items()):
        print(row(theme, names, ours, theirs))
    print(row("**all**", [fault.name for fault in faults], ours, theirs))


def row(title: str, names: Sequence[str], ours: Mapping[str, Found], theirs: Mapping[str, Found]) -> str:
    cells = [title, str(len(names))]
    for found in (ours, theirs):
        caught = [found[name] for name in names if found[name].caught]
        requests = sorted(each.requests for each in caught)
        cells += [str(len(caught)), str(requests[len(requests) // 2]) if requests else "-"]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
