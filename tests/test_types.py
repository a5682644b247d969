"""What the types refuse. Runs where mypy is installed: `nox -s types`."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]

pytest.importorskip("mypy")


def test_a_field_that_forgets_the_redactor_is_refused(tmp_path):
    """mypy refuses text of an answer where redacted text belongs."""
    shutil.copytree(REPOSITORY / "harness", tmp_path / "harness", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)
    bench = tmp_path / "harness" / "suite" / "bench.py"
    text = bench.read_text()
    forgetful = text.replace("korrelasjonsid=self._redacted(", "korrelasjonsid=(")
    assert forgetful != text
    bench.write_text(forgetful)

    done = subprocess.run(
        [sys.executable, "-m", "mypy", "harness/suite/bench.py"],
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )

    assert 'expected "Redacted"' in done.stdout
