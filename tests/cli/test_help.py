"""Every command explains itself, and asking costs nothing."""

import pkgutil
import subprocess
import sys

import pytest

import harness.cli

COMMANDS = sorted(module.name for module in pkgutil.iter_modules(harness.cli.__path__) if module.name[0] != "_")


def test_the_help_lists_every_command(provestand):
    finished = provestand("--help")

    listed = [line.split()[0] for line in finished.stdout.partition("Commands:")[2].splitlines() if line.strip()]
    assert (finished.code, finished.stderr) == (0, "")
    assert listed == [name.replace("_", "-") for name in COMMANDS]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_help_with_a_first_sentence(provestand, command):
    finished = provestand(command.replace("_", "-"), "--help")

    assert (finished.code, finished.stderr) == (0, "")
    assert len(finished.stdout.splitlines()[2].strip()) > 20


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["sandbox", "--help"], ["specs", "--help"]])
def test_help_loads_neither_pytest_nor_schemathesis(arguments):
    heavy = ("pytest", "_pytest", "schemathesis", "hypothesis", "jsonschema", "pydantic", "starlette", "httpx", "rich")
    code = (
        "import contextlib, io, sys\n"
        "from harness.cli import main\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n"
        f"    main({arguments!r})\n"
        f"print(sorted(set({heavy!r}) & set(sys.modules)))\n"
    )

    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("runn", "Did you mean run?"),
        ("Doctor", "Did you mean doctor?"),
        ("check_request", "Did you mean check-request?"),
        ("åpne", "There are check-request, "),
    ],
)
def test_an_unknown_command_is_wrong_usage(provestand, typed, hint):
    finished = provestand(typed)

    assert finished.code == 2
    assert finished.complaint.startswith(f"There is no command {typed!r}. {hint}")
