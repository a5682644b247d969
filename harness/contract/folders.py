"""Where pinned specifications and scenarios lie; nothing is read here."""

import os
from pathlib import Path

VARIABLE = "PROVESTAND_SPECS"
CONFIGURATION = "provestand.toml"


def specs_folder() -> Path:
    """The folder with the pinned specifications: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parent.parent
    bundled = package / "_bundled" / "specs"
    return bundled if bundled.is_dir() else package.parent / "specs"


def scenarios_folder() -> Path:
    """Where the scenarios lie: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parent.parent
    bundled = package / "_bundled" / "scenarios"
    return bundled if bundled.is_dir() else package.parent / "scenarios"


def own_folder() -> Path | None:
    """Where a user's pins lie, whether or not there are any; None where nothing says so."""
    given = os.environ.get(VARIABLE)
    if given:
        return Path(given)
    here = Path.cwd()
    found = next((folder for folder in (here, *here.parents) if (folder / CONFIGURATION).is_file()), None)
    return found / "specs" if found is not None else None
