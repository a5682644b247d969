"""How many faults of the sandbox this suite finds, and `st run` with all its checks and a valid token.

    python benchmarks/detection.py [--api NAME] [--number N] [--selftest FILE] [--log FILE] [--workers N]

Prints a table in Markdown: how many faults are caught, and the median number of requests that it took. `st run` gets
the pinned document as it is, and once more with the examples of its parameters replaced by ones that the target has
data for. What it reports for the healthy sandbox is its baseline: the first report beyond that, by any check, counts as
caught and ends its run. Ours counts if the right requirement is named, and the requests are those of the scenarios that
the self-test chose to run up to that point.

`--number` takes a sample of the faults, the same each time; `--selftest` reads our part from a selftest.json, which is
otherwise made again; `--log` keeps theirs as they come, so that an interrupted run can be continued. All of Krav og
betalinger takes half an hour on two cores.
"""

import argparse
import datetime
import json
import random
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import yaml
from _measuring import ENVIRONMENT

from harness.auth.grant import Subject
from harness.auth.maskinporten import MaskinportenClient
from harness.contract.pinned import contract_of
from harness.http.client import recorded_client
from harness.sandbox.faults.catalogue import all_faults
from harness.sandbox.faults.fault import Fault
from harness.targets.embedded import RunningSandbox, running_sandbox
from harness.targets.model import Api

LIFE = "7200"
"""In seconds: one token serves every run of `st` against one sandbox."""

WAYS = ("plain", "with examples")
"""Where `st run` gets its input: from the document alone, or from examples in it that have data."""


@dataclass(frozen=True)
class Found:
    """Whether a fault was caught, and how many requests that took."""

    caught: bool = False
    requests: int = 0


class Log:
    """What `st run` has found so far, one line for each fault and way, in a file if one is named."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._found: dict[tuple[str, str], Found] = {}
        if path is not None and path.exists():
            for row in map(json.loads, path.read_text().splitlines()):
                self._found[row["way"], row["fault"]] = Found(row["caught"], row["requests"])

    def of(self, way: str) -> dict[str, Found]:
        return {fault: found for (kept, fault), found in self._found.items() if kept == way}

    def add(self, way: str, fault: str, found: Found) -> None:
        self._found[way, fault] = found
        print(f"st run, {way}: {fault} {found}", file=sys.stderr, flush=True)
        if self._path is not None:
            with self._path.open("a") as file:
                file.write(json.dumps({"way": way, "fault": fault, **asdict(found)}) + "\n")


class Stranger:
    """Runs `st run` against one sandbox and switches that sandbox's faults."""

    def __init__(self, sandbox: RunningSandbox, api: str, way: str, folder: Path, max_examples: int) -> None:
        target = sandbox.target
        described = target.apis[api]
        self._api, self._folder = api, folder
        issuer = urlsplit(target.maskinporten.issuer)
        self._control = httpx.Client(base_url=f"{issuer.scheme}://{issuer.netloc}/sandbox", trust_env=False)
        with recorded_client(target, lambda _: None) as http:
            token = MaskinportenClient(target.maskinporten, http).token(Subject(described.scope))
        document = contract_of(api, described.version).document.path
        if way == "with examples":
            document = with_examples(document, described, folder)
        self._command = [
            *(str(Path(sys.executable).with_name("st")), "run", str(document), "--url", described.base_url),
            *("--checks", "all", "--header", f"Authorization: Bearer {token}", "--seed", "1"),
            *("--generation-database", "none", "--warnings", "off", "--max-examples", str(max_examples)),
            *("--baseline", str(folder / "baseline.json")),
        ]

    def learn(self) -> None:
        """Accepts whatever it reports for the healthy sandbox."""
        self._run("--baseline-update")

    def judge(self, fault: Fault) -> Found:
        self._control.put("/faults", json=[fault.full_name]).raise_for_status()
        before = self._requests()
        code = self._run("--max-failures", "1", "--no-shrink")
        return Found(code != 0, self._requests() - before)

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


def with_examples(document: Path, described: Api, folder: Path) -> Path:
    """The document with examples that the target has data for: a party, the access that a plain token opens, a year."""
    today = datetime.datetime.now(datetime.UTC).date()
    values = {
        "organisation": described.organisations[0] if described.organisations else None,
        "access": next((name for name, way in described.access.items() if way.kind == "token"), None),
        "period-start": (today - datetime.timedelta(days=364)).isoformat(),
        "period-end": today.isoformat(),
    }
    text = yaml.safe_load(document.read_text())
    for parameter in parameters_of(text):
        value = values.get(parameter["x-provestand-role"])
        if value is not None:
            parameter["example"] = value
    path = folder / document.name
    path.write_text(yaml.safe_dump(text, allow_unicode=True, sort_keys=False))
    return path


def parameters_of(node: Any) -> Iterable[dict[str, Any]]:
    """Every parameter that is marked with its purpose, wherever it occurs."""
    if isinstance(node, dict):
        if "in" in node and "x-provestand-role" in node:
            yield node
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from parameters_of(child)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--api", default="kravogbetalinger")
    parser.add_argument("--number", type=int)
    parser.add_argument("--selftest", type=Path)
    parser.add_argument("--log", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--max-examples", type=int, default=100, help="of st run; its own default is 100")
    print(table(parser.parse_args()))


def table(options: argparse.Namespace) -> str:
    """Prints what both sides find, in Markdown, with the options in this module's docstring."""
    faults = chosen(options.api, options.number)
    log = Log(options.log)
    for way in WAYS:
        missing = [fault for fault in faults if fault.name not in log.of(way)]
        shares = [missing[start :: options.workers] for start in range(min(options.workers, len(missing)))]
        with ThreadPoolExecutor(options.workers) as pool:
            list(pool.map(lambda share, way=way: judge(share, options, way, log), shares))
    with tempfile.TemporaryDirectory() as folder:
        ours = by_us(faults, options.selftest or run_selftest(faults, Path(folder)))
    return as_table(faults, {"Prøvestand": ours} | {f"`st run`, {way}": log.of(way) for way in WAYS})


def chosen(api: str, number: int | None) -> Sequence[Fault]:
    faults = [fault for fault in all_faults() if fault.api == api and not fault.is_benign]
    if number is None or number >= len(faults):
        return faults
    picked = set(random.Random("detection").sample(range(len(faults)), number))
    return [fault for place, fault in enumerate(faults) if place in picked]


def judge(faults: Iterable[Fault], options: argparse.Namespace, way: str, log: Log) -> None:
    with running_sandbox("--knob", f"token-lifetime={LIFE}") as sandbox, tempfile.TemporaryDirectory() as folder:
        stranger = Stranger(sandbox, options.api, way, Path(folder), options.max_examples)
        stranger.learn()
        for fault in faults:
            log.add(way, fault.name, stranger.judge(fault))


def run_selftest(faults: Iterable[Fault], folder: Path) -> Path:
    names = [part for fault in faults for part in ("--fault", fault.full_name)]
    command = [sys.executable, "-m", "harness", "selftest", "--out", str(folder), *names]
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, env=ENVIRONMENT)
    return folder / "selftest.json"


def by_us(faults: Iterable[Fault], selftest: Path) -> Mapping[str, Found]:
    """What the self-test found for each fault; a fault that it did not run counts as missed."""
    rows = {(row["api"], row["name"]): row for row in json.loads(selftest.read_text())["faults"]}
    found = {}
    for fault in faults:
        row = rows.get((fault.api, fault.name))
        found[fault.name] = Found(row["by_right_requirement"], row["requests"]) if row else Found()
    return found


def as_table(faults: Sequence[Fault], sides: Mapping[str, Mapping[str, Found]]) -> str:
    themes: defaultdict[str, list[str]] = defaultdict(list)
    for fault in faults:
        themes[fault.theme].append(fault.name)
    lines = [f"| Faults | | {' | '.join(f'{title} | requests' for title in sides)} |"]
    lines.append(f"|---|--:|{'--:|--:|' * len(sides)}")
    for theme, names in [*sorted(themes.items()), ("**all**", [fault.name for fault in faults])]:
        cells = [cell for found in sides.values() for cell in caught(names, found)]
        lines.append(f"| {' | '.join([theme, str(len(names)), *cells])} |")
    return "\n".join(lines)


def caught(names: Iterable[str], found: Mapping[str, Found]) -> tuple[str, str]:
    """How many were caught, and the median number of requests that each of them took."""
    requests = [found[name].requests for name in names if found[name].caught]
    return str(len(requests)), f"{statistics.median(requests):.0f}" if requests else "-"


if __name__ == "__main__":
    main()
