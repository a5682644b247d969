"""`provestand init` writes a file that can be used immediately."""

# ruff: noqa: E501 - a message is one line

import contextlib
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from harness.targets.configuration import load_target
from tests import prepared

GIVEN = [
    "--client-id", "0b9f4c1e", "--key", "file:key.pem", "--kid", "k", "--consumer", "312345676",
    "--organisation", "313367002", "--access", "finans", "--consent", "313367002=5d0c7b7e",
    "--access", "regnskapssystem", "--customer", "211112220",
]  # fmt: skip


def init(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return prepared.run("init", *arguments, cwd=folder)


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
    """Commented-out settings are fields of the model, in the right table."""
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

    done = init(tmp_path, *GIVEN, "--ci", "--package", "git+https://git.example.test/provestand@v0.1.0")

    workflows = sorted(path.name for path in (tmp_path / ".github" / "workflows").iterdir())
    assert (done.returncode, (tmp_path / ".gitlab-ci.yml").read_text()) == (0, "mine")
    assert workflows == ["provestand-drift.yml", "provestand-gate.yml", "provestand-nightly.yml"]
    gate = (tmp_path / ".github" / "workflows" / "provestand-gate.yml").read_text()
    assert '- run: pip install "git+https://git.example.test/provestand@v0.1.0"\n' in gate


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--ci"], "--ci needs --package: Prøvestand was installed from a folder on this machine, which CI does not"),
        (["--ci", "--package", 'x"; curl evil #'], '--package x"; curl evil #: pip cannot read it. Write it like git+'),
        (["--ci", "--package", "$(id)"], "--package $(id): pip cannot read it. Write it like git+https://"),
        (["--package", "provestand==0.1.0"], "--package requires --ci."),
    ],
)
def test_ci_installs_only_what_exists_and_is_named(tmp_path, arguments, complaint):
    done = init(tmp_path, *GIVEN, *arguments)

    assert done.returncode == 2
    assert f"Error: {complaint}" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_what_is_missing_is_told(tmp_path):
    done = init(tmp_path)

    assert done.returncode == 2
    assert done.stderr.endswith("--client-id is missing. Give it, or run `provestand init` on a terminal.\n")


def test_a_real_organisation_is_not_written_down(tmp_path):
    done = init(tmp_path, "--client-id", "x", "--organisation", "987654325")

    assert done.returncode == 2
    assert "987654325 is not a synthetic organisation" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("keyring:x", "a keyring entry has a service and a name: write keyring:SERVICE/NAME."),
        ("hunter2", "secrets are never written in this file: use env:NAME, file:PATH or keyring:SERVICE/NAME."),
    ],
)
def test_a_key_that_is_nowhere_is_refused_and_not_repeated(tmp_path, source, complaint):
    done = init(tmp_path, "--client-id", "x", "--kid", "k", "--key", source)

    assert (done.returncode, done.stderr.splitlines()[-1]) == (2, f"Error: maskinporten.key: {complaint}")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_stays(tmp_path):
    (tmp_path / "provestand.toml").write_text("mine")

    done = init(tmp_path, *GIVEN)

    assert done.returncode == 2
    assert (tmp_path / "provestand.toml").read_text() == "mine"


class Terminal:
    """`init` on a terminal: what it prints, and a person who answers."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self._main, side = pty.openpty()
        command = [sys.executable, "-m", "harness", "init", *arguments]
        self.process = subprocess.Popen(command, cwd=folder, stdin=side, stdout=side, stderr=side, close_fds=True)
        os.close(side)

    def answers(self, question: str, answer: str) -> str:
        """Waits for a question and types an answer; returns what was printed before, in one line."""
        seen = ""
        while not seen.endswith(":") or question not in seen:
            piece = os.read(self._main, 4096).decode()
            assert piece, seen
            seen = " ".join((seen + piece).split())
        os.write(self._main, f"{answer}\n".encode())
        return seen

    def ended(self) -> int:
        with contextlib.suppress(OSError):  # Linux's error for a terminal that nobody has open any longer
            while os.read(self._main, 4096):
                pass
        os.close(self._main)
        return self.process.wait(timeout=300)


def test_it_asks_for_all_that_a_target_needs(tmp_path):
    terminal = Terminal(tmp_path)
    terminal.answers("APIs to judge", "kravogbetalinger")
    terminal.answers("Client id", "0b9f4c1e")
    terminal.answers("Where the private key is", "file:k.pem")
    terminal.answers("Key id", "k")
    terminal.answers("owns the client", "312345676")
    terminal.answers("Suppliers", "312987651")
    terminal.answers("Ways into kravogbetalinger", "regnskapssystem, lovfestetrevisjon")
    terminal.answers("Customers with an approved system user", "211112220")
    terminal.answers("Organisations to ask about", "")

    assert terminal.ended() == 0
    target = load_target("test", tmp_path, {})
    assert target.maskinporten.key == f"file:{tmp_path}/k.pem"
    assert (target.maskinporten.consumer, target.maskinporten.consumer_org) == ("312345676", "312987651")
    assert list(target.apis) == ["kravogbetalinger"]
    api = target.apis["kravogbetalinger"]
    assert list(api.access) == ["regnskapssystem", "lovfestetrevisjon"]
    assert (api.access["regnskapssystem"].customers, api.organisations) == (("211112220",), ("211112220",))


def test_it_says_what_is_wrong_with_an_answer_and_asks_again(tmp_path):
    terminal = Terminal(tmp_path, "--kid", "k", "--consumer-org", "312987651")
    terminal.answers("APIs to judge", "kravogbetalingr")
    told = terminal.answers("APIs to judge", "KRAVOGBETALINGER")
    assert "Error: 'kravogbetalingr' is not known. Did you mean kravogbetalinger?" in told
    terminal.answers("Client id", " ")
    assert "Error: The answer is empty. Copy the client id" in terminal.answers("Client id", "0b9f4c1e")
    terminal.answers("Where the private key is", "hunter2")
    assert "Error: Secrets are never written" in terminal.answers("Where the private key is", "keyring:x")
    assert "Error: A keyring entry has a service and a name" in terminal.answers("Where the private key is", "")
    terminal.answers("owns the client", "312345677")
    told = terminal.answers("owns the client", "312 345 676")
    assert "Error: 312345677 has a wrong check digit." in told
    terminal.answers("Ways into", "")
    assert "Error: The answer is empty. Choose from finans, regnskapssystem" in terminal.answers(
        "Ways into", "finanser"
    )
    assert "Did you mean finans?" in terminal.answers("Ways into", "finans")
    terminal.answers("Consents", "313367002")
    assert "Error: '313367002' is not a consent." in terminal.answers("Consents", "987654325=5d0c7b7e")
    assert "Error: 987654325 is not a synthetic organisation" in terminal.answers("Consents", "313367002=5d0c7b7e")
    terminal.answers("Organisations to ask about", "")

    assert terminal.ended() == 0
    api = load_target("test", tmp_path, {}).apis["kravogbetalinger"]
    assert (api.organisations, api.access["finans"].consents) == (("313367002",), {"313367002": "5d0c7b7e"})


def test_an_input_that_ends_over_a_question_writes_nothing(tmp_path):
    terminal = Terminal(tmp_path)
    terminal.answers("APIs to judge", "\x04")

    assert terminal.ended() == 3
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--access", "finanser"], "--access 'finanser' is not known. Did you mean finans?"),
        (["--api", "krav"], "--api 'krav' is not known. Choose from kravogbetalinger, utleggsbegjaering."),
        (["--customer", "211112220"], "--customer needs a way in that uses it. Add --access regnskapssystem or systembruker."),
        (["--consent", "313367002=5d0c", "--access", "lovfestetrevisjon"], "--consent needs a way in that uses it. Add --access finans."),
    ],
)  # fmt: skip
def test_options_that_do_not_fit_are_refused(tmp_path, arguments, complaint):
    done = init(tmp_path, "--client-id", "x", *arguments)

    assert (done.returncode, done.stderr.splitlines()[-1]) == (2, f"Error: {complaint}")
    assert list(tmp_path.iterdir()) == []


def test_a_target_without_a_way_in_says_so(tmp_path):
    done = init(tmp_path, "--client-id", "x", "--kid", "k")

    assert done.returncode == 0
    assert done.stderr.startswith("No way in is open yet: ")
