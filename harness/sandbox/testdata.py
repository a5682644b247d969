"""The test parties of the published lists: the only pinned files that the sandbox reads."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path


@cache
def known_organisations() -> Mapping[str, Mapping[str, object]]:
    """The test organisations by number; `current` is true for those on the newest published list."""
    return _read("organisations.toml")


@cache
def registered_parties() -> Mapping[str, Mapping[str, object]]:
    """The party registers' entries for persons and organisations, by number; the file's header explains the keys."""
    return _read("party_register.toml")


def _read(name: str) -> Mapping[str, Mapping[str, object]]:
    return tomllib.loads((_folder() / name).read_text(encoding="utf-8"))


def _folder() -> Path:
    package = Path(__file__).parents[1]
    bundled = package / "_bundled" / "specs" / "testdata"
    return bundled if bundled.is_dir() else package.parent / "specs" / "testdata"
