"""`python -m tests.mutation`: how many mutants of the sandbox's own code the suite catches, and which survive.

Each mutant is a copy of the package with one file changed, served by a separate process. The run against it ends with
the first deviation. Mutants that nobody outside can notice are listed, with the reason, in survivors.toml.
"""

import argparse
import concurrent.futures
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from pathlib import Path

from tests.mutation.mutants import Mutant, mutants_of

ROOT = Path(__file__).parents[2]
SANDBOX = ROOT / "harness" / "sandbox"
MODULES = {
    "utleggsbegjaering": ("store.py", "filing.py", "uploads.py", "insight.py", "authorisation.py", "rules"),
    "kravogbetalinger": ("views.py", "ledger.py", "input.py", "authorisation.py"),
}
"""The modules in which each API stores, compares and looks up."""

ENOUGH = 90
STARTS_WITHIN = 60
LONGEST = 900


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    asked.add_argument("--api", choices=sorted(MODULES), action="append")
    asked.add_argument("--module", help="only files whose path holds this text")
    asked.add_argument("--sample", type=int, default=0, help="so many, drawn by --seed; 0 for all")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = asked.parse_args()
    chosen = [
        (api, path, mutant)
        for api in options.api or MODULES
        for path in _files(api)
        if options.module is None or options.module in str(path)
        for mutant in mutants_of(path.read_text(encoding="utf-8"))
    ]
    if options.sample:
        chosen = random.Random(options.seed).sample(chosen, min(options.sample, len(chosen)))
    known = tomllib.loads((Path(__file__).parent / "survivors.toml").read_text(encoding="utf-8"))
    words: Counter[str] = Counter()
    with concurrent.futures.ThreadPoolExecutor(options.workers) as pool:
        for (_, path, mutant), word in zip(chosen, pool.map(lambda each: _tried(*each), chosen), strict=True):
            where = path.relative_to(SANDBOX)
            reason = known.get(f"{where}: {mutant.name.partition(': ')[2]}", "") if word == "survived" else ""
            words["unseen" if reason else word] += 1
            print(f"{word}: {where}:{mutant.name}" + (f" ({reason})" if reason else ""), flush=True)
    seen = words["caught"] + words["survived"] + words["not judged"]
    percent = 100 * words["caught"] // seen if seen else 100
    print(f"{words['caught']} of {seen} mutants that a client can see were caught ({percent} %)")
    print(f"{words['not judged']} of them could not be judged to the end")
    print(f"beside them {words['unseen']} that no client can see, and {words['broken']} that did not start")
    return 0 if percent >= ENOUGH else 1


def _files(api: str) -> list[Path]:
    named = [SANDBOX / api / name for name in MODULES[api]]
    return [path for each in named for path in (sorted(each.glob("*.py")) if each.is_dir() else [each])]


def _tried(api: str, path: Path, mutant: Mutant) -> str:
    """`caught` by a deviation, `survived`, `not judged` if the run could not, `broken` if nothing started."""
    with tempfile.TemporaryDirectory(prefix="provestand-mutant-") as folder:
        copied, target = Path(folder) / "code", Path(folder) / "target.toml"
        shutil.copytree(ROOT / "harness", copied / "harness")  # with bytecode, except the mutant's
        shutil.copytree(ROOT / "specs" / "testdata", copied / "specs" / "testdata")
        (copied / path.relative_to(ROOT)).write_text(mutant.source, encoding="utf-8")
        started = [sys.executable, "-m", "harness", "sandbox", "--port", "0", "--write-target", str(target)]
        quiet = subprocess.DEVNULL
        serving = subprocess.Popen(started, cwd=copied, stdout=quiet, stderr=quiet)
        try:
            until = time.monotonic() + STARTS_WITHIN
            while not target.is_file() and serving.poll() is None and time.monotonic() < until:
                time.sleep(0.1)
            return _judged(api, target, folder) if target.is_file() else "broken"
        finally:
            serving.terminate()
            serving.wait()


def _judged(api: str, target: Path, folder: str) -> str:
    """With `--fail-on may`, and stopping at the first deviation."""
    run = [sys.executable, "-m", "harness", "run", "--target", str(target), "--api", api, "--suite", "scenarios"]
    run += ["--fail-on", "may", "--out", str(Path(folder) / "out"), "--", "-x"]
    try:
        done = subprocess.run(run, cwd=ROOT, capture_output=True, check=False, timeout=LONGEST)
    except subprocess.TimeoutExpired:
        return "not judged"
    return {0: "survived", 1: "caught"}.get(done.returncode, "not judged")


if __name__ == "__main__":
    sys.exit(main())
