"""Requirements of one version only: `since` is the first in which one holds, `until` the first in which it does not."""

import dataclasses
from pathlib import Path

import pytest

from harness.contract.contract import Contract
from harness.contract.errors import error_files, errors_of
from harness.contract.faulty import FaultySpecificationError


@pytest.mark.parametrize(
    ("version", "since", "until", "holds"),
    [
        ("v1", None, None, True),
        ("v1", "2", None, False),
        ("v2", "2", None, True),
        ("v3", "2", None, True),
        ("v1", None, "2", True),
        ("v2", None, "2", False),
        ("v3", None, "2", False),
        ("v2", "2", "3", True),
        ("v3", "2", "3", False),
        ("v10", "2", None, True),
        ("v2", None, "10", True),
        ("v1.1", "1.2", None, False),
        ("v1.10", "1.2", None, True),
    ],
)
def test_a_requirement_holds_from_since_and_before_until(contract: Contract, version, since, until, holds):
    bounded = contract.requirements["KODE-1"].model_copy(update={"since": since, "until": until})

    of_version = dataclasses.replace(contract, version=version, requirements={"KODE-1": bounded})

    assert ("KODE-1" in of_version.active) is holds


def test_what_is_withdrawn_holds_in_no_version(contract: Contract):
    withdrawn = contract.requirements["KODE-1"].model_copy(update={"withdrawn": "never promised"})

    assert dataclasses.replace(contract, requirements={"KODE-1": withdrawn}).active == {}


ENTRY = """
status = 422
area = "shelf"
trigger = "a book that is not there"
triggerable = true
certainty = "published"
source = { document = "Bøker", date = 2026-01-01 }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An API with two versions, and codes for both, for one, and in one version's own file."""
    for version in ("v1", "v2"):
        (tmp_path / version).mkdir()
    shared = f'[BOTH]{ENTRY}\n[NEW]{ENTRY}since = "2"\n[OLD]{ENTRY}until = "2"\n'
    (tmp_path / "errors.toml").write_text(shared, encoding="utf-8")
    (tmp_path / "v2" / "errors.toml").write_text(f"[OWN]{ENTRY}", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(("version", "codes"), [("v1", ["BOTH", "OLD"]), ("v2", ["BOTH", "NEW", "OWN"])])
def test_a_version_has_the_codes_for_all_versions_and_its_own(folder: Path, version, codes):
    assert list(errors_of(folder, version)) == codes
    assert [path.relative_to(folder).as_posix() for path in error_files(folder, version)] == (
        ["errors.toml"] if version == "v1" else ["errors.toml", "v2/errors.toml"]
    )


def test_an_api_without_a_catalogue_is_named(tmp_path: Path):
    with pytest.raises(FaultySpecificationError, match=r"v1/errors\.toml"):
        errors_of(tmp_path, "v1")
