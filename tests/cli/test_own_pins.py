"""A user's official documents: pinned in the user's own project, found before ours, listed, compared and removed."""

import os
from pathlib import Path

import pytest

from tests import prepared


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with a provestand.toml, as `init` leaves one."""
    (tmp_path / "provestand.toml").write_text("[targets.test]\n")
    (tmp_path / "below").mkdir()
    return tmp_path


@pytest.fixture
def official(tmp_path: Path, repository: Path) -> Path:
    """An official document: like ours, except for a shorter amount."""
    text = (repository / "specs" / "kravogbetalinger" / "v1" / "openapi.yaml").read_text(encoding="utf-8")
    path = tmp_path / "official.yaml"
    path.write_text(text.replace("maxLength: 11", "maxLength: 10"), encoding="utf-8")
    return path


def specs(folder: Path, *arguments: object, **around: str) -> tuple[int, str, str]:
    environment = {name: value for name, value in os.environ.items() if name != "PROVESTAND_SPECS"} | around
    done = prepared.run("specs", *arguments, cwd=folder, env=environment)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_pin_lives_in_the_project_from_first_to_last(project, official, repository):
    before = contents(repository / "specs")
    pinned = project / "specs" / "kravogbetalinger" / "v1"

    code, stdout, stderr = specs(project / "below", "pin", "kravogbetalinger", "v1", "--from", official)

    assert code == 0, stderr
    assert stdout.startswith(f"{pinned / 'official.yaml'}: ")
    assert sorted(path.name for path in pinned.iterdir()) == ["corpus.jsonl", "official.yaml"]
    first = specs(project, "list")[1].splitlines()[0]
    assert first.endswith(f", official, pinned in {pinned}")
    assert specs(project, "verify")[:1] == (0,)
    assert "openapi.yaml" in specs(project, "diff", "kravogbetalinger", "v1")[1].splitlines()[0]

    (pinned / "official.yaml").write_bytes(official.read_bytes() + b"# changed\n")
    code, stdout, _ = specs(project, "verify")
    assert (code, stdout.splitlines()[0]) == (1, f"{project}/specs/kravogbetalinger/v1/official.yaml: changed")

    assert specs(project, "unpin", "kravogbetalinger", "v1")[0] == 0
    assert sorted(path.name for path in (project / "specs").iterdir()) == ["specs.lock"]
    assert "pinned in" not in specs(project, "list")[1]
    assert specs(project, "unpin", "kravogbetalinger", "v1")[0] == 2
    assert contents(repository / "specs") == before


def test_a_pin_goes_into_the_folder_that_is_named(tmp_path, official):
    elsewhere = tmp_path / "elsewhere"
    (tmp_path / "empty").mkdir()

    code, _, stderr = specs(
        tmp_path / "empty", "pin", "kravogbetalinger", "v1", "--from", official, "--into", elsewhere
    )

    assert code == 0, stderr
    assert "pinned in" not in specs(tmp_path / "empty", "list")[1]
    assert f"pinned in {elsewhere}" in specs(tmp_path / "empty", "list", PROVESTAND_SPECS=str(elsewhere))[1]


def test_a_version_that_is_new_is_judged_by_the_requirements_of_the_newest(project, official):
    assert specs(project, "pin", "kravogbetalinger", "v2", "--from", official)[0] == 0

    lines = specs(project, "list")[1].splitlines()

    assert [line.split("  ")[0] for line in lines[:2]] == ["kravogbetalinger v1", "kravogbetalinger v2"]


def test_without_a_project_nothing_is_written(tmp_path, official):
    code, stdout, stderr = specs(tmp_path, "pin", "kravogbetalinger", "v1", "--from", official)

    assert (code, stdout) == (2, "")
    assert "there is no provestand.toml here or above" in stderr.splitlines()[-1]


@pytest.mark.parametrize("below", ["", "contract", "_bundled/specs"])
def test_nothing_is_pinned_into_the_package(project, official, repository, below):
    (project / "a link").symlink_to(repository / "harness" / below)

    for folder in (repository / "harness" / below, project / "a link"):
        code, stdout, stderr = specs(project, "pin", "kravogbetalinger", "v1", "--from", official, "--into", folder)

        assert (code, stdout) == (2, "")
        assert stderr.splitlines()[-1].endswith("part of the installed package. Name a folder of your own.")


def test_a_document_of_another_api_is_refused_unless_it_is_meant(project, official):
    text = official.read_text(encoding="utf-8")
    official.write_text(text.replace("title: Krav og betalinger API", "title: Annet"), encoding="utf-8")

    code, _, stderr = specs(project, "pin", "kravogbetalinger", "v1", "--from", official)

    assert code == 2
    assert stderr.splitlines()[-1].endswith(
        "its title is 'Annet', not 'Krav og betalinger API'. Use --even-so to pin it anyway."
    )
    assert not (project / "specs").exists()
    assert specs(project, "pin", "kravogbetalinger", "v1", "--from", official, "--even-so")[0] == 0


@pytest.mark.parametrize(("api", "version"), [("trekk", "v1"), ("kravogbetalinger", "../x"), ("../x", "v1")])
def test_what_is_no_api_or_version_is_refused(project, official, api, version):
    code, _, stderr = specs(project, "pin", api, version, "--from", official)

    assert code == 2
    assert "Error: " in stderr.splitlines()[-1]
    assert not (project / "specs").exists()
    assert not (project / "x").exists()
