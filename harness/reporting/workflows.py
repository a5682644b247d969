"""The workflow files that run Prøvestand in CI: nightly, for every change, and weekly for drift."""

import json
import re
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, distribution

import harness
from harness.reporting.templates import reports_folder

TEMPLATES = {
    ".github/workflows/provestand-gate.yml": "provestand-gate.yml",
    ".github/workflows/provestand-nightly.yml": "provestand-nightly.yml",
    ".github/workflows/provestand-drift.yml": "provestand-drift.yml",
    ".gitlab-ci.yml": "gitlab-ci.yml",
    ".gitlab/provestand.yml": "gitlab-provestand.yml",
}
"""Where each workflow goes in a vendor's repository, and its template."""


NAME = "provestand"
PACKAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 @:/._+~=<>!,\[\]%&?-]*")
"""A pip requirement, without characters that a shell or YAML interprets between double quotes."""


def workflow_files(package: str) -> Mapping[str, str]:
    """The text of every workflow file by its path in the repository. `package` is what pip installs there."""
    folder = reports_folder() / "templates" / "ci"
    return {
        path: (folder / template).read_text(encoding="utf-8").replace("@package@", package)
        for path, template in TEMPLATES.items()
    }


def installed_from() -> str | None:
    """What pip installs to get this same program elsewhere; None if it was installed from a folder or file on this
    machine. pip and uv record where a package came from, unless it was an index (PEP 610).
    """
    try:
        told = distribution(NAME).read_text("direct_url.json")
    except PackageNotFoundError:
        return None
    if told is None:
        return f"{NAME}=={harness.__version__}"
    origin = json.loads(told)
    vcs = origin.get("vcs_info")
    return f"{NAME} @ {vcs['vcs']}+{origin['url']}@{vcs['commit_id']}" if vcs else None
