"""Who tests which system: the [vendor] table of provestand.toml, for the summary sent to Skatteetaten."""

from pathlib import Path

from pydantic import ValidationError

from harness.files.tree import read_toml
from harness.files.unreadable import UnreadableFileError
from harness.targets.configuration import ConfigurationError, find_file
from harness.targets.model import Organisation, Strict


class Vendor(Strict):
    """The sender in the summary; omitted fields are left to fill in by hand."""

    name: str = ""
    """The vendor's name."""
    organisation: Organisation | None = None
    """The vendor's organisation number."""
    system: str = ""
    """The name of the system that was tested."""
    version: str = ""
    """Its version."""
    contact: str = ""
    """The contact for Skatteetaten."""


def find_vendor(start: Path) -> Vendor:
    """The vendor in the nearest provestand.toml, empty if there is none; raises ConfigurationError."""
    path = find_file(start)
    if path is None:
        return Vendor()
    try:
        return Vendor.model_validate(read_toml(path).get("vendor", {}))
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(["vendor", *(str(part) for part in problem["loc"])])
        raise ConfigurationError(f"{path}: {place}: {problem['msg'].lower()}. Fix it there.") from error
    except UnreadableFileError as error:
        raise ConfigurationError(str(error)) from error
