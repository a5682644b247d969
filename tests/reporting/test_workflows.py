"""The workflow files of `provestand init` are what GitHub and GitLab accept, and call commands that exist."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
import yaml

import harness
from harness.cli import main
from harness.reporting.workflows import PACKAGE as PACKAGE_FORM
from harness.reporting.workflows import installed_from, workflow_files

PACKAGE = "provestand @ git+https://git.example.test/provestand@v0.1.0"
ROOT = Path(__file__).parents[2]
WRITTEN = workflow_files(PACKAGE)
OURS = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("action.yml", ".github/workflows/release.yml")}
COMPONENT = (ROOT / "templates" / "provestand.yml").read_text(encoding="utf-8")
FILES = WRITTEN | OURS


@pytest.mark.parametrize("path", FILES)
def test_a_file_keeps_to_the_vendors_schema(path, tmp_path):
    """The schemas published by SchemaStore, as the package check-jsonschema carries them."""
    assert checked(FILES[path], schema_for(path), tmp_path) == (0, "ok -- validation done\n")


@pytest.mark.parametrize("number", [0, 1])
def test_the_component_keeps_to_the_schema(number, tmp_path):
    """GitLab reads two documents: the inputs, and the jobs."""
    text = COMPONENT.split("\n---\n")[number]

    assert checked(text, "vendor.gitlab-ci", tmp_path) == (0, "ok -- validation done\n")


def test_a_workflow_that_is_none_is_refused(tmp_path):
    broken = OURS["action.yml"].replace("using: composite", "using: magic")

    assert checked(broken, "vendor.github-actions", tmp_path)[0] == 1


def schema_for(path):
    if path == "action.yml":
        return "vendor.github-actions"
    return "vendor.github-workflows" if path.startswith(".github") else "vendor.gitlab-ci"


def checked(text, schema, folder):
    file = folder / "workflow.yml"
    file.write_text(text)
    transform = ["--data-transform", "gitlab-ci"] if schema == "vendor.gitlab-ci" else []
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *transform, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_there_is_a_run_at_night_for_every_change_and_for_drift_on_both():
    kinds = {path: yaml.safe_load(text) for path, text in WRITTEN.items()}
    on = {path: content.get(True, {}) for path, content in kinds.items()}  # YAML 1.1 reads `on` as true

    assert "pull_request" in on[".github/workflows/provestand-gate.yml"]
    assert "schedule" in on[".github/workflows/provestand-nightly.yml"]
    assert "schedule" in on[".github/workflows/provestand-drift.yml"]
    jobs = {name for name in kinds[".gitlab/provestand.yml"] if name.startswith("provestand ")}
    assert jobs == {"provestand gate", "provestand nightly", "provestand drift"}


COMMAND = re.compile(r"\bprovestand (run|report|gate|merge|specs|drift|watch)\b([^|;\n]*)")


@pytest.mark.parametrize(
    ("command", "arguments"),
    sorted({(found[1], found[2]) for text in (*FILES.values(), COMPONENT) for found in COMMAND.finditer(text)}),
    ids=lambda text: text.strip(),
)
def test_every_command_and_option_exists(command, arguments):
    known = main.get_command(None, command)
    if known is None and command == "drift":
        pytest.skip("this version has no drift yet")

    options = {part for part in shlex.split(arguments.split("||")[0]) if part.startswith("--")}

    assert options <= {name for parameter in known.get_params(click.Context(known)) for name in parameter.opts}


def test_what_was_asked_for_is_installed_and_no_secret_is_written_down():
    for path, text in WRITTEN.items():
        if path != ".gitlab-ci.yml":
            assert f'pip install "{PACKAGE}"' in text.replace(" --quiet", "")
        assert "@package@" not in text
        assert "PRIVATE KEY" not in text
        assert "${{ vars" not in "".join(re.findall(r"run: \|?(.*?)(?:\n      - |\Z)", text, re.DOTALL))


def test_the_action_hands_inputs_to_the_shell_as_variables_only():
    steps = yaml.safe_load(OURS["action.yml"])["runs"]["steps"]

    assert [step["run"] for step in steps if "${{" in step.get("run", "")] == []
    used = re.findall(r"inputs\.([\w-]+)", OURS["action.yml"])
    assert set(used) == set(yaml.safe_load(OURS["action.yml"])["inputs"])


def test_a_release_is_tested_without_its_sources_and_published_without_a_password():
    jobs = yaml.safe_load(OURS[".github/workflows/release.yml"])["jobs"]

    assert [step for step in jobs["test"]["steps"] if "checkout" in step.get("uses", "")] == []
    assert (jobs["test"]["needs"], jobs["publish"]["needs"]) == ("build", "test")
    assert jobs["publish"]["permissions"]["id-token"] == "write"
    assert "secrets." not in OURS[".github/workflows/release.yml"]


@pytest.mark.parametrize(
    ("told", "package"),
    [
        (None, f"provestand=={harness.__version__}"),
        ('{"url": "file:///somewhere", "dir_info": {"editable": true}}', None),
        ('{"url": "https://h.test/p-0.1.0-py3-none-any.whl", "archive_info": {}}', None),
        (
            '{"url": "https://h.test/p", "vcs_info": {"vcs": "git", "commit_id": "abc", "requested_revision": "v1"}}',
            "provestand @ git+https://h.test/p@abc",
        ),
    ],
)
def test_ci_installs_what_is_installed_here(told, package, tmp_path, monkeypatch):
    """As written by pip and uv (PEP 610)."""
    information = tmp_path / f"provestand-{harness.__version__}.dist-info"
    information.mkdir()
    (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: provestand\nVersion: {harness.__version__}\n")
    if told is not None:
        (information / "direct_url.json").write_text(told)
    monkeypatch.syspath_prepend(tmp_path)

    assert installed_from() == package
    assert package is None or PACKAGE_FORM.fullmatch(package)
