"""The test parties of the published lists: the one thing that the sandbox reads of what is pinned."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path


@cache
def known_organisations() -> Mapping[str, Mapping[str, object]]:
    """The test organisations by number; `current` tells whether the newest published list has it."""
    return _read("organisations.toml")


@cache
def registered_parties() -> Mapping[str, Mapping[str, object]]:
    """What the party registers say of persons and organisations, by number; the file's head explains the keys."""
    return _read("party_register.toml")


def _read(name: str) -> Mapping[str, Mapping[str, object]]:
    return tomllib.loads((_folder() / name).read_text(encoding="utf-8"))


def _folder() -> Path:
    package = Path(__file__).parents[1]
    bundled = package / "_bundled" / "specs" / "testdata"
    return bundled if bundled.is_dir() else package.parent / "specs" / "testdata"
