"""Characters that a terminal cannot show are replaced, and files are read in any encoding and under any name."""

import html
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.targets.embedded import running_sandbox

OLD = """openapi: 3.0.3
info: {title: Bøker på hylla – «ny», version: 1.0.0}
paths:
  /hyller/{hylle}/bøker:
    get:
      operationId: bøker
      parameters: [{name: hylle, in: path, required: true, schema: {type: string}}]
      responses:
        '200':
          description: Bøkene.
          content:
            application/json:
              schema: {type: object, properties: {tittel: {type: string, enum: [Sult, Ødeland]}}}
"""
NEW = OLD.replace("[Sult, Ødeland]", "[Sult, Ødeland, Fuglane]").replace("type: string}}]", "type: integer}}]")

COMMANDS = {
    "help": ("--help",),
    "faults": ("sandbox", "--list-faults"),
    "knobs": ("sandbox", "--list-knobs"),
    "specs": ("specs", "list"),
    "rules": ("drift", "--explain", "all"),
    "drift, text": ("drift", "old.yaml", "new.yaml"),
    "drift, markdown": ("drift", "old.yaml", "new.yaml", "--format", "markdown"),
    "drift, json": ("drift", "old.yaml", "new.yaml", "--format", "json"),
    "drift, sarif": ("drift", "old.yaml", "new.yaml", "--format", "sarif"),
    "drift, html": ("drift", "old.yaml", "new.yaml", "--format", "html"),
    "doctor": ("doctor", "--target", "prøve", "--format", "json"),
    "a file that is not there": ("drift", "bøker.yaml", "new.yaml"),
    "a command that is not there": ("prøv",),
}


def printed(folder: Path, encoding: str, *arguments: str) -> tuple[int, str]:
    """Exit code and standard output of a command on a terminal of this encoding."""
    (folder / "old.yaml").write_text(OLD, encoding="utf-8")
    (folder / "new.yaml").write_text(NEW, encoding="utf-8")
    environment = os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "COLUMNS": "200"}
    command = [sys.executable, "-m", "harness", *arguments]
    done = subprocess.run(command, capture_output=True, check=False, cwd=folder, env=environment, timeout=300)
    assert b"Traceback" not in done.stderr, done.stderr
    assert done.stderr.decode(encoding) is not None
    return done.returncode, done.stdout.decode(encoding)


BY_DAY = {("help", "ascii"), ("drift, text", "cp437"), ("drift, json", "cp1252"), ("drift, html", "latin-1")}
SHOWN = [
    pytest.param(name, encoding, marks=() if (name, encoding) in BY_DAY else pytest.mark.nightly)
    for name in COMMANDS
    for encoding in ("ascii", "latin-1", "cp437", "cp1252")
]


@pytest.mark.parametrize(("name", "encoding"), SHOWN)
def test_a_terminal_that_lacks_a_character_is_shown_another(tmp_path: Path, encoding: str, name: str):
    expected_code, expected = printed(tmp_path, "utf-8", *COMMANDS[name])

    code, found = printed(tmp_path, encoding, *COMMANDS[name])

    assert code == expected_code
    if name.endswith(("json", "sarif")) or name == "doctor":
        assert json.loads(found) == json.loads(expected)
    elif name.endswith("html"):
        assert html.unescape(found) == html.unescape(expected)
    else:
        replaced = expected.encode(encoding, "replace").decode(encoding)
        assert (found, len(found)) == (replaced, len(expected))


@pytest.mark.by_day(1)
@pytest.mark.parametrize("encoding", ["ascii", "cp437"])
def test_a_run_keeps_all_results_on_a_terminal_that_lacks_characters(tmp_path: Path, encoding: str):
    part = ("--api", "kravogbetalinger", "--suite", "scenarios", "--requirement", "KOB-MODEL-003")

    code, found = printed(tmp_path, encoding, "run", *part, "--out", "mål")

    assert (code, "conformant" in found) == (0, True)
    names = {path.name for path in (tmp_path / "mål").iterdir()}
    assert names >= {"verdict.json", "report.html", "junit.xml", "exchanges.har", "allure-results"}


IN_C = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.mark.parametrize(("locale", "typed"), [(IN_C, "målet".encode()), ({}, b"m\xe5let")], ids=["in C", "in Latin-1"])
def test_an_argument_that_is_no_text_where_it_is_read_is_wrong_usage(tmp_path: Path, locale, typed):
    """It would be written correctly to a UTF-8 file."""
    command = [sys.executable, "-m", "harness", "init", "--client-id", typed, "--kid", "k", "--api", "kravogbetalinger"]

    done = subprocess.run(command, capture_output=True, check=False, cwd=tmp_path, env=os.environ | locale)

    assert done.returncode == 2
    assert done.stderr.decode().splitlines()[-1] == (
        "Error: an argument, or a file's name, is not text in this locale. Set PYTHONUTF8=1, or LC_ALL=C.UTF-8."
    )
    assert list(tmp_path.iterdir()) == []


WAIVERS = """
[kjent-feil]
requirement = "KOB-ERROR-002"
operation = "*"
reason = "rettes i neste utgave, sier Åse"
owner = "Åse Bø"
expires = 2099-12-31
"""


@pytest.mark.by_day(2)
@pytest.mark.parametrize(
    "encoding", ["utf-8-sig", "utf-16", pytest.param("utf-8", marks=pytest.mark.nightly)], ids=lambda name: name
)
@pytest.mark.parametrize("folder", ["med mellomrom", "æøå", "/".join(["lang " + "å" * 115] * 3)], ids=str.split)
def test_files_are_read_as_windows_writes_them_from_any_folder(tmp_path: Path, encoding: str, folder: str):
    """With a byte order mark and CR LF; below, names with spaces, Norwegian letters, and more than 300 characters."""
    place = tmp_path / folder
    place.mkdir(parents=True)

    def written(name: str, text: str) -> str:
        (place / name).write_text(text, encoding=encoding, newline="\r\n")
        return str(place / name)

    with running_sandbox() as sandbox:
        target = written("mål.toml", sandbox.target_file.read_text(encoding="utf-8"))
        files = ("--target", target, "--waivers", written("unntak.toml", WAIVERS), "--out", str(place / "ut"))
        part = ("--api", "kravogbetalinger", "--suite", "scenarios", "--requirement", "KOB-MODEL-003")

        code, _ = printed(tmp_path, "utf-8", "run", *part, *files)

    verdict = json.loads((place / "ut" / "verdict.json").read_text(encoding="utf-8"))
    assert (code, verdict["verdict"], [waiver["owner"] for waiver in verdict["waivers"]]) == (
        0,
        "conformant",
        ["Åse Bø"],
    )
