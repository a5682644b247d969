"""Who tests which system: the [vendor] table of provestand.toml, for the summary to Skatteetaten."""

import tomllib
from pathlib import Path

from pydantic import ValidationError

from harness.targets.configuration import ConfigurationError, find_file
from harness.targets.model import Organisation, Strict


class Vendor(Strict):
    """What the summary says of the sender; what is left out becomes a field to fill in by hand."""

    name: str = ""
    organisation: Organisation | None = None
    system: str = ""
    version: str = ""
    contact: str = ""


def find_vendor(start: Path) -> Vendor:
    """The vendor of the nearest provestand.toml, empty where none is told; raises ConfigurationError."""
    path = find_file(start)
    if path is None:
        return Vendor()
    try:
        return Vendor.model_validate(tomllib.loads(path.read_text(encoding="utf-8")).get("vendor", {}))
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(["vendor", *(str(part) for part in problem["loc"])])
        raise ConfigurationError(f"{path}: {place}: {problem['msg'].lower()}. Mend it there.") from error
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path}: it cannot be read ({error}). Mend it there.") from error
