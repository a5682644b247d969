"""Draws the picture of the README: a real run against a sandbox that breaks two promises on purpose.

python reports/picture/make.py
"""

import contextlib
import io
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from harness.contract.pinned import contract_of
from harness.reporting.terminal import print_verdict
from harness.targets.embedded import running_sandbox
from harness.verdict.model import read_verdict

API = "kravogbetalinger"
FAULTS = ("kravogbetalinger/expired-token-accepted", "kravogbetalinger/settled-claim-among-open-ones")


def main() -> None:
    faults = [part for name in FAULTS for part in ("--fault", name)]
    console = Console(record=True, width=112, highlight=False, file=io.StringIO())
    picture = Path(__file__).resolve().with_name("run.svg")
    with running_sandbox(*faults) as sandbox, tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        shutil.copy(sandbox.target_file, "faulty.toml")
        out = Path("reports/out")
        command = [sys.executable, "-m", "harness", "run", "--target", "faulty.toml", "--api", API, "--out", str(out)]
        subprocess.run(command, check=False, capture_output=True)  # noqa: S603 - our own program
        verdict = read_verdict(out)
        print_verdict(verdict, [contract_of(spec.api, spec.version) for spec in verdict.specs], out, console)
    picture.write_text(console.export_svg(title=f"provestand run --target faulty.toml --api {API}"), encoding="utf-8")


if __name__ == "__main__":
    main()
