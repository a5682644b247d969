"""What a target echoes, in any form and any place, is in nothing that a run writes."""

import os

import pytest

from tests import prepared
from tests.security.planted import FORMS, NUMBERS, PLACES, UNMARKED, Echo, Leaks, found_in

REPORTS = ["--html", "--summary", "nb", "--github", "--gitlab", "--sarif", "--bundle"]


@pytest.fixture
def command(tmp_path):
    """Runs a command and keeps what it said."""
    said: list[tuple[str, bytes]] = []

    def run(*arguments: str) -> int:
        environment = os.environ | {"COLUMNS": "200"}
        done = prepared.run(*arguments, cwd=tmp_path, env=environment, timeout=500)
        said.extend((f"{name} of {arguments[0]}", getattr(done, name).encode()) for name in ("stdout", "stderr"))
        return done.returncode

    run.said = said
    return run


@pytest.mark.parametrize(
    "chosen",
    [
        pytest.param(("--", "-k", "test_model or test_errors"), id="a part"),
        pytest.param((), id="all scenarios", marks=pytest.mark.nightly),
    ],
)
def test_nothing_that_was_planted_is_in_anything_that_comes_out(behind, command, tmp_path, chosen):
    echo = behind.proxy.plan = Echo()
    target, out = str(behind.target_file), tmp_path / "out"
    asked = ("--suite", "scenarios", "--api", "kravogbetalinger", "--out", str(out), *chosen)

    ended = command("run", "--target", target, *asked)
    made = command("report", str(out), *REPORTS)
    command("gate", str(out), str(out), "--format", "markdown")
    command("drift", "--observed", str(out))
    command("drift", "--observed", str(out), "--format", "markdown")
    command("doctor", "--target", target)

    contents = [*found_in(tmp_path), *command.said]
    leaks = Leaks(echo.tokens, echo.grants)
    assert ended in {1, 3}
    assert made == 0, command.said
    assert len(echo.planted) >= len(FORMS) + len(NUMBERS) + len(UNMARKED)
    assert any(b"[redacted]" in content for _, content in contents)
    assert {name: found for name, content in contents if (found := leaks.of(content))} == {}


def test_there_are_many_ways_to_plant_a_secret():
    assert len(FORMS) + len(NUMBERS) + len(UNMARKED) >= 50
    assert len(PLACES) >= 15


def test_the_search_finds_what_was_not_redacted():
    token = ".".join(
        ["eyJhbGciOiJSUzI1NiJ9", "eyJzdWIiOiJ4IiwianRpIjoiYWJjZGVmIn0", "c2lnbmF0dXJlLXNpZ25hdHVyZS1zaWduYXR1cmU" * 2]
    )
    leaks = Leaks({token}, set())

    missed = {name for name, form in FORMS.items() if "token" not in leaks.of(form(token).encode())}
    unseen = {name for name, text in NUMBERS.items() if not leaks.of(text.encode())}
    unnamed = {name for name, made in UNMARKED.items() if not leaks.of(made()[1])}

    assert (missed, unseen, unnamed) == (set(), set(), set())
