"""A report is just as true without the pinned contracts, and says that it names no requirement."""

import os
import subprocess
import sys


def test_pins_that_cannot_be_read_leave_requirements_out(repository, tmp_path):
    """A user's own pin is broken: the comparison is made, with a note, and ends as it would have without it."""
    pinned = (repository / "specs" / "kravogbetalinger" / "v1" / "openapi.yaml").read_text()
    (tmp_path / "old.yaml").write_text(pinned)
    (tmp_path / "new.yaml").write_text(pinned.replace("gjenstaaendeBeloep", "restBeloep"))
    own = tmp_path / "pins" / "kravogbetalinger" / "v1"
    own.mkdir(parents=True)
    (own / "official.yaml").write_text("openapi: 3.0.3\npaths: [")

    done = subprocess.run(
        [sys.executable, "-m", "harness", "drift", "old.yaml", "new.yaml"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env=os.environ | {"PROVESTAND_SPECS": str(tmp_path / "pins")},
    )

    assert done.returncode == 1, done.stderr
    assert "note: Requirements are left out: " in done.stdout
    assert "official.yaml" in done.stdout
