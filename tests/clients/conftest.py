"""Client runs over real processes."""

import json
import subprocess
import sys
from pathlib import Path

from tests import prepared

REFERENCE = f"{sys.executable} -m harness.reference_client"


def run(*arguments: str, cwd: Path, timeout: float = 300) -> subprocess.CompletedProcess[str]:
    return prepared.run(*arguments, cwd=cwd, timeout=timeout)


def verdict_in(folder: Path) -> dict:
    return json.loads((folder / "verdict.json").read_text())
