"""`provestand init` writes a file that can be used at once."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from harness.targets.configuration import load_target

COMMAND = [sys.executable, "-m", "harness", "init"]
GIVEN = [
    "--client-id", "0b9f4c1e", "--key", "file:key.pem", "--kid", "k", "--consumer", "312345676",
    "--organisation", "313367002", "--access", "finans", "--consent", "313367002=5d0c7b7e",
    "--access", "regnskapssystem", "--customer", "211112220",
]  # fmt: skip


def init(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)


def test_options_make_a_whole_file(tmp_path):
    done = init(tmp_path, *GIVEN)

    target = load_target("test", tmp_path, {})
    api = target.apis["kravogbetalinger"]
    assert (done.returncode, done.stderr) == (0, "provestand.toml written. Next: provestand doctor --target test\n")
    assert (target.maskinporten.client_id, target.maskinporten.kid) == ("0b9f4c1e", "k")
    assert api.organisations == ("313367002",)
    assert api.access["finans"].consents == {"313367002": "5d0c7b7e"}
    assert api.access["regnskapssystem"].customers == ("211112220",)


@pytest.mark.parametrize("profile", ["test", "prod"])
def test_every_commented_field_can_be_switched_on(tmp_path, profile):
    """What stands in a comment is a field of the model, in the right table."""
    init(tmp_path, *GIVEN[:8], "--profile", profile)
    path = tmp_path / "provestand.toml"
    lines = path.read_text().splitlines()
    on = [line[2:] if line.startswith("# ") and (" = " in line or line.startswith("# [")) else line for line in lines]
    first_style = next(index for index, line in enumerate(on) if line.startswith("style"))
    kept = [line for index, line in enumerate(on) if not line.startswith("style") or index == first_style]
    kept = [line for line in kept if "PROVESTAND__" not in line]
    if profile == "prod":
        kept = [line.replace("211112220", "312345676") for line in kept]
    path.write_text("\n".join(kept).replace('consumer_org = "312345676"', 'consumer_org = "312987651"'))

    target = load_target(profile, tmp_path, {})

    assert list(target.maskinporten.clients) == ["without_scope"]
    assert list(target.apis["kravogbetalinger"].access) == ["finans", "regnskapssystem", "lovfestetrevisjon"]
    assert target.request_budget == 5000


def test_workflow_files_are_written_beside_it(tmp_path):
    (tmp_path / ".gitlab-ci.yml").write_text("mine")

    done = init(tmp_path, *GIVEN, "--ci")

    workflows = sorted(path.name for path in (tmp_path / ".github" / "workflows").iterdir())
    assert (done.returncode, (tmp_path / ".gitlab-ci.yml").read_text()) == (0, "mine")
    assert workflows == ["provestand-drift.yml", "provestand-gate.yml", "provestand-nightly.yml"]


def test_what_is_missing_is_told(tmp_path):
    done = init(tmp_path)

    assert done.returncode == 2
    assert done.stderr.endswith("--client-id is missing. Give it, or run `provestand init` on a terminal.\n")


def test_a_real_organisation_is_not_written_down(tmp_path):
    done = init(tmp_path, "--client-id", "x", "--organisation", "987654325")

    assert done.returncode == 2
    assert "987654325 is no synthetic organisation" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_stays(tmp_path):
    (tmp_path / "provestand.toml").write_text("mine")

    done = init(tmp_path, *GIVEN)

    assert done.returncode == 2
    assert (tmp_path / "provestand.toml").read_text() == "mine"


def test_it_asks_on_a_terminal(tmp_path):
    main, side = pty.openpty()
    process = subprocess.Popen(COMMAND, cwd=tmp_path, stdin=side, stdout=side, stderr=side, close_fds=True)
    os.close(side)
    for answer in ("0b9f4c1e", "file:k.pem", "k", "312345676", "313367002 311851381", "lovfestetrevisjon"):
        os.write(main, f"{answer}\n".encode())
    process.wait(timeout=60)
    os.close(main)

    target = load_target("test", tmp_path, {})
    assert target.maskinporten.key == f"file:{tmp_path}/k.pem"
    assert target.apis["kravogbetalinger"].organisations == ("313367002", "311851381")
    assert list(target.apis["kravogbetalinger"].access) == ["lovfestetrevisjon"]
