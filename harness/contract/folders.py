"""Locates pinned specifications and scenarios without reading anything."""

import os
from pathlib import Path

VARIABLE = "PROVESTAND_SPECS"
CONFIGURATION = "provestand.toml"
PACKAGE = Path(__file__).resolve().parent.parent
"""The folder of the installed package, or of the one in a checkout."""


def specs_folder() -> Path:
    """The folder with the pinned specifications: inside the installed package, or beside it in a checkout."""
    bundled = PACKAGE / "_bundled" / "specs"
    return bundled if bundled.is_dir() else PACKAGE.parent / "specs"


def scenarios_folder() -> Path:
    """The folder with the scenarios: inside the installed package, or beside it in a checkout."""
    bundled = PACKAGE / "_bundled" / "scenarios"
    return bundled if bundled.is_dir() else PACKAGE.parent / "scenarios"


def own_folder() -> Path | None:
    """The folder for a user's pins, whether or not there are any; None if nothing configures one."""
    given = os.environ.get(VARIABLE)
    if given:
        return Path(given)
    here = Path.cwd()
    found = next((folder for folder in (here, *here.parents) if (folder / CONFIGURATION).is_file()), None)
    return found / "specs" if found is not None else None
