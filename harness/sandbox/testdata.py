"""The test parties of the published lists: the one thing that the sandbox reads of what is pinned."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path


@cache
def known_organisations() -> Mapping[str, Mapping[str, object]]:
    """The test organisations by number; `current` tells whether the newest published list has it."""
    return tomllib.loads((_folder() / "organisations.toml").read_text(encoding="utf-8"))


def _folder() -> Path:
    package = Path(__file__).parents[1]
    bundled = package / "_bundled" / "specs" / "testdata"
    return bundled if bundled.is_dir() else package.parent / "specs" / "testdata"
