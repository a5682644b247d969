"""What may import what: the contracts in pyproject.toml hold, and would fail if somebody broke them."""

import ast
import dataclasses
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import get_args, get_type_hints

import pytest
from pydantic import BaseModel

from harness.verdict import model as verdict_model
from harness.verdict import outcome, shard

LINT = "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()"


@pytest.fixture
def copy(tmp_path: Path, repository: Path) -> Path:
    """A copy of the code that the contracts are about."""
    for name in ("harness", "scenarios"):
        shutil.copytree(repository / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(repository / "pyproject.toml", tmp_path)
    return tmp_path


def broken_contracts(folder: Path) -> list[str]:
    command = [sys.executable, "-c", LINT, "--no-cache"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder)
    assert "Contracts:" in done.stdout, done.stdout + done.stderr
    return re.findall(r"^(.*) BROKEN$", done.stdout, re.MULTILINE)


def test_the_walls_stand(repository):
    assert broken_contracts(repository) == []


@pytest.mark.parametrize(
    ("module", "text", "wall"),
    [
        ("harness/sandbox/cheat.py", "import harness.contract.errors", "The sandbox knows nobody"),
        ("harness/sandbox/cheat.py", "import jwt", "The sandbox knows nobody"),
        (
            "harness/contract/cheat.py",
            "import harness.sandbox.clock",
            "Nobody but the command that starts it and the handbook knows the sandbox",
        ),
        (
            "scenarios/cheat.py",
            "import harness.sandbox.clock",
            "Nobody but the command that starts it and the handbook knows the sandbox",
        ),
        ("harness/auth/cheat.py", "import joserfc", "The checks know no JOSE library of the sandbox"),
        ("harness/http/cheat.py", "import harness.contract.errors", "Transport knows no contract"),
        ("harness/contract/cheat.py", "import httpx", "The contract knows no transport"),
        ("harness/verdict/cheat.py", "import harness.reporting", "Layers"),
        ("harness/suite/cheat.py", "import scenarios", "Nobody in the harness knows the scenarios"),
    ],
)
def test_a_hole_in_a_wall_is_found(copy, module, text, wall):
    (copy / module).write_text(f'"""A hole."""\n\n{text}\n')

    assert wall in broken_contracts(copy)


def test_the_sandbox_serves_without_any_specification(copy, repository):
    """If it read openapi.yaml or errors.toml, it would make the same mistake as the checks."""
    shutil.copytree(repository / "specs" / "testdata", copy / "specs" / "testdata")
    for part in ("contract", "suite", "verdict", "reporting", "http", "auth", "drift"):
        shutil.rmtree(copy / "harness" / part)
    code = (
        "from harness.sandbox.app import Options, make_sandbox\n"
        "from harness.sandbox.knobs import turned\n"
        "print(make_sandbox(Options('http://127.0.0.1:1', 1, turned([]))).target)\n"
    )

    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True, cwd=copy)

    assert done.returncode == 0, done.stderr
    assert "[targets.sandbox.apis.kravogbetalinger]" in done.stdout


def names(folder: Path, inside: Callable[[Path], bool]) -> set[str]:
    return {path.name for path in folder.iterdir() if path.is_dir() and inside(path)}


def test_an_api_is_three_folders_with_one_name(repository):
    specified = names(repository / "specs", lambda path: any(path.glob("*/openapi.yaml")))
    emulated = names(repository / "harness" / "sandbox", lambda path: (path / "service.py").is_file())
    judged = names(repository / "scenarios", lambda path: (path / "__init__.py").is_file())

    assert specified == emulated == judged - {"property", "maskinporten", "recorded"}


def test_nothing_else_knows_an_api_by_name(repository):
    apis = names(repository / "specs", lambda path: any(path.glob("*/openapi.yaml")))
    own = [repository / "harness" / "sandbox" / api for api in apis]
    own += [repository / "harness" / "reference_client" / part for part in ("apis", "misbehaviours")]
    sources = [
        path for path in (repository / "harness").rglob("*.py") if not any(folder in path.parents for folder in own)
    ]

    found = {
        f"{path.relative_to(repository)}: {api}"
        for path in sources
        for api in apis
        if api in path.read_text(encoding="utf-8")
    }

    assert found == set()


def test_nothing_speaks_of_a_machine(repository):
    """No file contains a machine's path or a private key."""
    listed = subprocess.run(["git", "ls-files", "-z"], check=True, capture_output=True, text=True, cwd=repository)
    machine = re.compile(
        r"(?<![\w./-])/(?:home|root|work|farm)/[\w.]|-----BEGIN [A-Z ]*PRIVATE KEY-----\n[A-Za-z0-9+/=]{20}"
    )
    texts = {name: (repository / name).read_text(errors="replace") for name in listed.stdout.split("\0") if name}

    assert [name for name, text in texts.items() if machine.search(text)] == []


OURS = {
    # The callers of `ours`, whose texts are put together from our own words and from redacted text.
    "harness/clients/notes.py",
    "harness/reporting/evidence.py",
    "harness/suite/notes.py",
    "harness/suite/run.py",
    "harness/verdict/conclusion.py",
}

OWN_FIELDS = {
    "Outcome": {"scenario", "api", "requirements", "judged", "unjudged", "calls"},
    "Finding": {"requirement", "check", "operation"},
    "Observed": {"requirement", "question"},
    "Sample": {"operation", "at", "api", "shows"},
    "Evidence": {"operation", "at"},
    "Tool": {"name", "version"},
    "Specification": {"api", "version", "sha256"},
    "RequirementStatus": {"id", "api", "scenarios"},
    "Observation": {"requirement", "question"},
    "DeviationEntry": {"fingerprint", "requirement", "check", "operation", "reproduce", "waived_by"},
    "ErrorCodeCoverage": {"api"},
    "Surface": {"api", "base_url", "access", "organisations"},
    "Environment": {"profile", "issuer", "consumer"},
    "OrganisationCoverage": {"api", "organisation", "requirements"},
    "WaiverEntry": {"name", "fingerprint", "requirement", "operation", "reason", "owner", "link"},
    "ShardEntry": {"id"},
    "Circumstances": {"target", "reproduce", "silence"},
    "Verdict": {"target", "observed_drift", "counts"},
}
"""Plain text fields, by model: names and texts of ours or from the user's own configuration.

Anything that can contain text from an answer is `Redacted`; what is observed in traffic is redacted before it is
compared with a document.
"""


def _plain_text_fields(model: type) -> set[str]:
    """The fields that accept a `str` that was not redacted."""
    hints = get_type_hints(model)
    names = [f.name for f in dataclasses.fields(model)] if dataclasses.is_dataclass(model) else model.model_fields
    return {name for name in names if _takes_text(hints[name])}


def _takes_text(hint: object) -> bool:
    return hint is str or any(_takes_text(part) for part in get_args(hint))


def _models(*modules: ModuleType) -> dict[str, type]:
    return {
        name: found
        for module in modules
        for name, found in vars(module).items()
        if isinstance(found, type) and found.__module__ == module.__name__
        if dataclasses.is_dataclass(found) or (issubclass(found, BaseModel) and found.model_fields)
    }


def test_what_can_hold_a_word_of_an_answer_is_of_the_type_that_only_the_redactor_makes():
    models = _models(outcome, verdict_model, shard)
    plain = {name: _plain_text_fields(found) for name, found in models.items()}

    assert {name: fields for name, fields in plain.items() if fields} == OWN_FIELDS


def _calls(repository: Path, *names: str) -> set[str]:
    """The files of the harness in which one of these names is called."""
    found = set()
    for path in (repository / "harness").rglob("*.py"):
        calls = (node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
        if any(getattr(call, "id", getattr(call, "attr", "")) in names for call in calls):
            found.add(path.relative_to(repository).as_posix())
    return found


def test_only_the_redactor_says_that_a_text_is_redacted(repository):
    door = {"harness/redaction/redacted.py", "harness/redaction/redactor.py"}

    assert _calls(repository, "Redacted", "RedactedExchange") == door
    assert _calls(repository, "ours") == OURS
    assert _calls(repository, "as_recorded") == {"harness/drift/flows/run.py", "harness/http/recording.py"}


PRINTERS = {
    "harness/clients/hand.py",
    "harness/suite/client_plugin.py",
    "harness/suite/plugin.py",
    "harness/cli/_printing.py",
    "harness/cli/_surroundings.py",
    "harness/reporting/terminal.py",
    "harness/selftest/terminal.py",
}
"""What writes to the terminal. The sandbox and the reference client are separate programs."""


def test_whatever_is_printed_goes_through_the_one_function_that_makes_it_harmless(repository):
    """It has few users, and `tests/reporting/test_hostile_texts.py` feeds each what a target may send."""
    printing = re.compile(
        r"(?<![\w.])print\(|click\.s?echo\((?!\))|console\.print\(|sys\.(?:__)?std(?:out|err)(?:__)?\.write"
    )
    own = [repository / "harness" / name for name in ("sandbox", "reference_client")]
    sources = [path for path in (repository / "harness").rglob("*.py") if not any(o in path.parents for o in own)]

    found = {path.relative_to(repository).as_posix() for path in sources if printing.search(path.read_text())}

    assert found == PRINTERS
    for name in PRINTERS - {"harness/selftest/terminal.py"}:  # it shows only our own text
        assert "harness.display import" in (repository / name).read_text()
