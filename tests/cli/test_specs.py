"""The pinned specifications, as a user lists and verifies them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from harness.cli.specs import _kept
from harness.contract.pinned import contract_of
from harness.suite.corpus import Corpus, corpus_of
from tests.once import AS_COMPILED


@pytest.fixture
def checkout(tmp_path: Path, repository: Path) -> Path:
    """A copy of the project that a test may modify."""
    for name in ("harness", "specs", "scenarios"):
        shutil.copytree(repository / name, tmp_path / name, ignore=AS_COMPILED)
    return tmp_path


def specs(checkout: Path, *arguments: str) -> tuple[int, str, str]:
    environment = os.environ | {"PYTHONPATH": str(checkout)}
    command = [sys.executable, "-m", "harness", "specs", *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=checkout, env=environment)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


def test_every_pinned_version_is_listed_with_its_digest(provestand):
    finished = provestand("specs", "list")

    assert (finished.code, finished.stderr) == (0, "")
    assert finished.stdout.startswith("kravogbetalinger v1  ")
    assert "4 operations" in finished.stdout


def test_the_files_are_as_the_lock_has_them(provestand):
    finished = provestand("specs", "verify")

    assert finished.code == 0, finished.stdout
    assert finished.stdout.endswith("files match specs.lock.\n")


def test_what_was_changed_taken_away_or_added_is_named(checkout):
    v1 = checkout / "specs" / "kravogbetalinger" / "v1"
    with (v1 / "openapi.yaml").open("a") as file:
        file.write("# one comment more\n")
    (v1 / "errors.toml").unlink()
    (v1 / "notes.txt").write_text("mine")

    code, stdout, _ = specs(checkout, "verify")

    assert (code, stdout) == (
        1,
        "kravogbetalinger/v1/errors.toml: missing\n"
        "kravogbetalinger/v1/notes.txt: not locked\n"
        "kravogbetalinger/v1/openapi.yaml: changed\n",
    )


def test_pinning_takes_the_files_as_they_are(checkout):
    with (checkout / "specs" / "kravogbetalinger" / "v1" / "openapi.yaml").open("a") as file:
        file.write("# one comment more\n")

    code, stdout, stderr = specs(checkout, "pin", "kravogbetalinger", "v1")

    assert (code, stderr) == (0, "")
    assert "specs.lock written" in stdout
    assert specs(checkout, "verify")[0] == 0


def test_what_a_pin_leaves_out_is_counted_and_not_listed(repository):
    """Utleggsbegjæring's body has thousands of generated cases of dozens of kinds."""
    header = json.loads((repository / "specs/utleggsbegjaering/v2/corpus.jsonl").read_text().splitlines()[0])
    kinds, left_out = len(header["cut"]), sum(header["cut"].values())

    line = _kept(corpus_of(contract_of("utleggsbegjaering", "v2")))

    assert line == f"{header['cases']} requests, {left_out} more of {kinds} kinds left out"
    assert min(kinds, left_out) > 50
    assert _kept(Corpus((), {})) == "0 requests"


@pytest.mark.parametrize(
    ("file", "text", "complaint"),
    [
        ("v1/openapi.yaml", "openapi: [", "line 2: it is neither JSON nor YAML"),
        ("v1/openapi.yaml", "swagger: '2.0'", "it is not an OpenAPI 3 document"),
        ("v1/errors.toml", "[KB-001", "line 1: it is not valid TOML"),
        ("requirements.toml", '[KOB-X]\nlevl = "must"', "KOB-X"),
    ],
)
def test_a_faulty_file_is_named_with_what_is_wrong(checkout, file, text, complaint):
    (checkout / "specs" / "kravogbetalinger" / file).write_text(text)

    code, _, stderr = specs(checkout, "list")

    assert code == 2
    assert f"{file}: " in stderr
    assert complaint in stderr


def test_a_pin_without_a_document_is_wrong_usage(provestand):
    finished = provestand("specs", "pin", "kravogbetalinger", "v9", "--into", "pins")

    assert finished.code == 2
    assert "--from is missing" in finished.complaint


def test_a_requirement_that_is_stated_twice_is_named(checkout):
    errors = checkout / "specs" / "kravogbetalinger" / "v1" / "errors.toml"
    errors.write_text(
        errors.read_text()
        + """
[NOE]
kind = "condition"
requirement = "KOB-CODE-003"
status = 422
area = "x"
level = "must"
text = "X meets NOE."
trigger = "X."
triggerable = true
certainty = "published"
source = { document = "X", date = 2026-01-01 }
"""
    )

    code, _, stderr = specs(checkout, "list")

    assert code == 2
    assert "requirements.toml: KOB-CODE-003 is in the error catalogue too; remove one" in stderr
