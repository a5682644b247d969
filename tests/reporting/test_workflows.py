"""The workflow files of `provestand init` are what GitHub and GitLab accept, and call commands that exist."""

import re
import shlex
import subprocess
import sys

import click
import pytest
import yaml

import harness
from harness.cli import main
from harness.reporting.workflows import workflow_files

FILES = workflow_files()


@pytest.mark.parametrize("path", FILES)
def test_a_file_keeps_to_the_vendors_schema(path, tmp_path):
    """The schemas are those that SchemaStore publishes, as the package check-jsonschema carries them."""
    schema = "vendor.github-workflows" if path.startswith(".github") else "vendor.gitlab-ci"
    transform = [] if path.startswith(".github") else ["--data-transform", "gitlab-ci"]
    file = tmp_path / "workflow.yml"
    file.write_text(FILES[path])

    checked = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *transform, str(file)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (checked.returncode, checked.stdout) == (0, "ok -- validation done\n")


def test_there_is_a_run_at_night_for_every_change_and_for_drift_on_both():
    kinds = {path: yaml.safe_load(text) for path, text in FILES.items()}
    on = {path: content.get(True, {}) for path, content in kinds.items()}  # YAML 1.1 reads `on` as true

    assert "pull_request" in on[".github/workflows/provestand-gate.yml"]
    assert "schedule" in on[".github/workflows/provestand-nightly.yml"]
    assert "schedule" in on[".github/workflows/provestand-drift.yml"]
    jobs = {name for name in kinds[".gitlab/provestand.yml"] if name.startswith("provestand ")}
    assert jobs == {"provestand gate", "provestand nightly", "provestand drift"}


COMMAND = re.compile(r"\bprovestand (run|report|gate|merge|specs|drift|watch)\b([^|;\n]*)")


@pytest.mark.parametrize(
    ("command", "arguments"),
    sorted({(found[1], found[2]) for text in FILES.values() for found in COMMAND.finditer(text)}),
    ids=lambda text: text.strip(),
)
def test_every_command_and_option_exists(command, arguments):
    known = main.get_command(None, command)
    if known is None and command == "drift":
        pytest.skip("this version has no drift yet")

    options = {part for part in shlex.split(arguments.split("||")[0]) if part.startswith("--")}

    assert options <= {name for parameter in known.get_params(click.Context(known)) for name in parameter.opts}


def test_the_version_is_pinned_and_no_secret_is_written_down():
    for path, text in FILES.items():
        if path != ".gitlab-ci.yml":
            assert f"pip install provestand=={harness.__version__}" in text.replace(" --quiet", "")
        assert "@version@" not in text
        assert "PRIVATE KEY" not in text
        assert "${{ vars" not in "".join(re.findall(r"run: \|?(.*?)(?:\n      - |\Z)", text, re.DOTALL))
