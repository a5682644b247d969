"""The workflow files that run Prøvestand in CI: nightly, for every change, and weekly for drift."""

from collections.abc import Mapping

import harness
from harness.reporting.templates import reports_folder

TEMPLATES = {
    ".github/workflows/provestand-gate.yml": "provestand-gate.yml",
    ".github/workflows/provestand-nightly.yml": "provestand-nightly.yml",
    ".github/workflows/provestand-drift.yml": "provestand-drift.yml",
    ".gitlab-ci.yml": "gitlab-ci.yml",
    ".gitlab/provestand.yml": "gitlab-provestand.yml",
}
"""Where a workflow goes in a vendor's repository, and its template."""


def workflow_files() -> Mapping[str, str]:
    """The text of every workflow file by its path in the repository, for this version of provestand."""
    folder = reports_folder() / "templates" / "ci"
    return {
        path: (folder / template).read_text(encoding="utf-8").replace("@version@", harness.__version__)
        for path, template in TEMPLATES.items()
    }
