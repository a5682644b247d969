"""The parts of a release: version, changelog, sdist, container."""

import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import harness

NOT_IN_THE_SDIST = {".gitattributes"}


def tracked(repository: Path) -> set[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], check=True, capture_output=True, text=True, cwd=repository)
    return {name for name in listed.stdout.split("\0") if name and (repository / name).is_file()}


def built(kind: str, source: Path, out: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "--target", kind, "--directory", str(out)]
    subprocess.run(command, check=True, capture_output=True, cwd=source)
    return next(out.iterdir())


def test_the_version_has_a_dated_section_in_the_changelog(repository):
    headings = re.findall(r"^## (.*)$", (repository / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert headings[0] == "Unreleased"
    assert [head for head in headings[1:] if not re.fullmatch(r"\d+\.\d+\.\d+ - 20\d\d-\d\d-\d\d", head)] == []
    assert headings[1].startswith(f"{harness.__version__} - ")


def test_the_sdist_holds_everything_that_is_kept_in_git(repository, tmp_path):
    with tarfile.open(built("sdist", repository, tmp_path)) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}

    assert tracked(repository) - held == NOT_IN_THE_SDIST


def test_the_container_is_built_of_files_that_are_there(repository, tmp_path):
    """Its steps without a container: the copied files suffice for a complete wheel, and the wheel has its command."""
    text = (repository / "Containerfile").read_text(encoding="utf-8")
    copied = [source for line in re.findall(r"^COPY (?!--)(.*) \S+$", text, re.MULTILINE) for source in line.split()]
    for name in copied:
        place = repository / name
        if place.is_dir():
            shutil.copytree(place, tmp_path / "source" / name, ignore=shutil.ignore_patterns("__pycache__", "out"))
        else:
            (tmp_path / "source").mkdir(exist_ok=True)
            shutil.copy(place, tmp_path / "source" / name)

    with zipfile.ZipFile(built("wheel", tmp_path / "source", tmp_path / "wheels")) as wheel:
        carried = set(wheel.namelist())

    lists = {f"harness/_bundled/{name}" for name in tracked(repository) if name.startswith(("specs/", "scenarios/"))}
    assert lists - carried == set()
    scripts = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    assert re.findall(r'^ENTRYPOINT \["(.*)"\]$', text, re.MULTILINE) == list(scripts)
    assert "USER provestand" in text.splitlines()
