"""Client runs over real processes."""

import json
import subprocess
import sys
from pathlib import Path

REFERENCE = f"{sys.executable} -m harness.reference_client"


def run(*arguments: str, cwd: Path, timeout: float = 300) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "harness", *arguments]
    return subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=cwd, timeout=timeout, stdin=subprocess.DEVNULL
    )


def verdict_in(folder: Path) -> dict:
    return json.loads((folder / "verdict.json").read_text())
