"""The shell completes commands, options and kinds with the lines that docs/installing.md gives."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PROVESTAND = Path(sys.executable).with_name("provestand")


def completed(*words: str) -> list[str]:
    environment = os.environ | {
        "_PROVESTAND_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(["provestand", *words]),
        "COMP_CWORD": str(len(words)),
    }
    done = subprocess.run([PROVESTAND], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return [line.partition(",")[2] for line in done.stdout.splitlines()]


@pytest.mark.skipif(not PROVESTAND.exists(), reason="the command is not installed beside Python")
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["check-"], ["check-request"]),
        (["run", "--fail"], ["--fail-on"]),
        (["run", "--fail-on", "m"], ["must", "may"]),
        (["report", "--ct"], ["--ctrf"]),
        (["list", "kno"], ["knobs"]),
    ],
)
def test_the_shell_completes(words, offered):
    assert completed(*words) == offered


@pytest.mark.skipif(not PROVESTAND.exists(), reason="the command is not installed beside Python")
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_documented_line_gives_the_shell_something_to_read(shell, repository):
    text = (repository / "docs" / "installing.md").read_text(encoding="utf-8")
    (mode,) = set(re.findall(rf"_PROVESTAND_COMPLETE=({shell}_source) provestand", text))

    environment = os.environ | {"_PROVESTAND_COMPLETE": mode}
    done = subprocess.run([PROVESTAND], env=environment, capture_output=True, text=True, check=False)

    assert (done.returncode, f"_PROVESTAND_COMPLETE={shell}_complete" in done.stdout) == (0, True)
