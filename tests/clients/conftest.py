"""Client runs over real processes."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests import prepared
from tests.gate import Meeting

REFERENCE = f"{sys.executable} -m harness.reference_client"


def run(*arguments: str, cwd: Path, timeout: float = 300) -> subprocess.CompletedProcess[str]:
    return prepared.run(*arguments, cwd=cwd, timeout=timeout)


def verdict_in(folder: Path) -> dict:
    return json.loads((folder / "verdict.json").read_text())


@pytest.fixture(scope="module")
def meeting() -> Iterator[Meeting]:
    """Where a driver waits while a test inspects the run, or ends it."""
    with closing(Meeting()) as place:
        yield place
