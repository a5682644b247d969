"""What the types reject. Runs if mypy is installed: `nox -s types`."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]

pytest.importorskip("mypy")


@pytest.mark.nightly  # and in the session of types
def test_a_field_that_forgets_the_redactor_is_refused(tmp_path):
    """mypy rejects text from an answer where redacted text is required."""
    shutil.copytree(REPOSITORY / "harness", tmp_path / "harness", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)
    notes = tmp_path / "harness" / "suite" / "notes.py"
    text = notes.read_text()
    forgetful = text.replace("korrelasjonsid=text(", "korrelasjonsid=(")
    assert forgetful != text
    notes.write_text(forgetful)

    done = subprocess.run(
        [sys.executable, "-m", "mypy", "harness/suite/notes.py"],
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )

    assert 'expected "Redacted"' in done.stdout
