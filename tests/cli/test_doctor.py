"""`provestand doctor` and `provestand token` as their users see them."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import jwt
import pytest

from harness.targets.embedded import running_sandbox
from tests import prepared
from tests.gate import VARIABLE
from tests.processes import descendants
from tests.troubled import closed_port

PROVESTAND = [sys.executable, "-m", "harness"]


@pytest.fixture(scope="module")
def target_file():
    with running_sandbox() as sandbox:
        yield str(sandbox.target_file)


def types(folder, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return prepared.run(*arguments, cwd=folder, stdin=stdin)


def test_a_healthy_target(tmp_path, target_file):
    done = types(tmp_path, "doctor", "--target", target_file)

    assert done.returncode == 0
    assert re.fullmatch(
        r"((ok     |skipped) [^\n]+\n){17,}\n[^\n]+: every step that could be tried is ok\n", done.stdout
    )


def test_a_report_for_machines(tmp_path, target_file):
    report = json.loads(types(tmp_path, "doctor", "--target", target_file, "--format", "json").stdout)

    assert (report["schema"], report["healthy"]) == (1, True)
    assert [step["step"] for step in report["steps"]][:8] == [
        "configuration", "metadata", "clock", "key", "grant", "token", "claims", "lifetime",
    ]  # fmt: skip


def test_a_configuration_that_cannot_be_used_is_the_first_step(tmp_path):
    (tmp_path / "provestand.toml").write_text('[targets.pilot]\nprofil = "test"\n')

    done = types(tmp_path, "doctor", "--target", "pilot")

    assert done.returncode == 2
    assert "provestand.toml:2: targets.pilot.profil: no such field. Did you mean profile?" in done.stdout


def test_no_access_has_another_exit_code_than_a_wrong_configuration(tmp_path, target_file):
    text = re.sub(r"http://127\.0\.0\.1:\d+", f"http://127.0.0.1:{closed_port()}", Path(target_file).read_text())
    (tmp_path / "down.toml").write_text(text)

    done = types(tmp_path, "doctor", "--target", "down.toml")

    assert done.returncode == 3, done.stdout


def test_a_built_in_sandbox_that_does_not_start_is_one_line_and_3(tmp_path):
    (tmp_path / "sitecustomize.py").write_text("import os\nos._exit(7)\n")

    done = prepared.run("doctor", cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(tmp_path)})

    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == "the built-in sandbox did not start: no message\n"


def test_a_built_in_sandbox_that_dies_is_one_line_and_3(tmp_path):
    """It dies while a call is in flight: it reads the file that says which answers to hold back, and that is a pipe."""
    held = tmp_path / "held"
    os.mkfifo(held)
    opened = threading.Thread(target=lambda: os.close(os.open(held, os.O_WRONLY)), daemon=True)
    with (tmp_path / "stdout").open("wb") as stdout, (tmp_path / "stderr").open("wb") as stderr:
        environment = os.environ | {VARIABLE: str(held)}
        process = prepared.start("doctor", cwd=tmp_path, env=environment, stdout=stdout, stderr=stderr)
        with process:
            opened.start()
            opened.join(300)
            assert not opened.is_alive(), "no call reached an API"
            (sandbox,) = descendants(process.pid)
            os.kill(sandbox, signal.SIGKILL)
            code = process.wait(300)

    assert (code, (tmp_path / "stdout").read_text()) == (3, "")
    expected = "the built-in sandbox ended by itself with exit code -9. Run it again.\n"
    assert (tmp_path / "stderr").read_text() == expected


@pytest.mark.by_day(2)
@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("MP-121", "year"),
        ("mp-250", "granted"),
        ("AM-00013", "expired"),
        ("AUTH.VLD-00004", "another system"),
        ("KB-005", "consent"),
    ],
)
def test_a_code_is_explained(tmp_path, code, word):
    done = types(tmp_path, "doctor", "--explain", code)

    assert (done.returncode, word in done.stdout) == (0, True)


def test_an_unknown_code_is_told(tmp_path):
    done = types(tmp_path, "doctor", "--explain", "XX-1")

    assert (done.returncode, "unknown code" in done.stderr) == (2, True)


def test_a_token_in_words(tmp_path, target_file):
    done = types(tmp_path, "token", "--target", target_file, "--access", "finans")

    assert done.returncode == 0
    assert re.search(r"^scope +skatteetaten:kravogbetalinger  \(what it gives access to\)$", done.stdout, re.MULTILINE)
    assert re.search(r"^lacks  .*the system user with ske-krav-og-betalinger is missing", done.stdout, re.MULTILINE)
    assert "eyJ" not in done.stdout


def test_a_raw_token_is_for_a_terminal(tmp_path, target_file):
    done = types(tmp_path, "token", "--target", target_file, "--raw")

    assert (done.returncode, done.stdout) == (2, "")


def test_on_a_terminal_a_token_is_printed_and_can_be_decoded(tmp_path, target_file):
    main, side = pty.openpty()
    process = subprocess.Popen([*PROVESTAND, "token", "--target", target_file, "--raw"], cwd=tmp_path, stdout=side)
    os.close(side)
    raw = os.read(main, 65536).decode()
    process.wait(timeout=300)
    os.close(main)

    done = types(tmp_path, "token", "--decode", "--format", "json", stdin=raw)

    claims = {claim["name"]: claim["value"] for claim in json.loads(done.stdout)["claims"]}
    assert claims["consumer"] == "312345676"
    assert raw.strip().rpartition(".")[2] not in done.stdout


def test_what_is_no_token_is_told(tmp_path):
    done = types(tmp_path, "token", "--decode", stdin="hello")

    assert (done.returncode, "this is not a JWT" in done.stderr) == (2, True)


PERSON = "14838290095"
INNER = jwt.encode({"sub": "inner"}, "k" * 32, algorithm="HS256")
PLAIN_CLAIMS = {
    "iss": "https://test.maskinporten.no/",
    "client_id": "5b3c2a10-8f6d-4a51-9f55-0e2d6f1c7a44",
    "jti": "Hmc93WCuT-TEsD5CCFwKaxLH6sYdLtM0dePkoSs-HOA",
    "scope": "skatteetaten:kravogbetalinger skatteetaten:utleggsbegjaering",
    "exp": 1e300,
}


def decoded(tmp_path, claims, wrap="{}"):
    raw = jwt.encode(PLAIN_CLAIMS | claims, "k" * 32, algorithm="HS256")
    return types(tmp_path, "token", "--decode", stdin=wrap.format(raw))


def test_a_decoded_token_shows_what_support_asks_for(tmp_path):
    shown = decoded(tmp_path, {}).stdout

    assert [value for value in PLAIN_CLAIMS.values() if str(value) not in shown] == []


@pytest.mark.by_day(3)
@pytest.mark.parametrize(
    ("claims", "hidden"),
    [
        ({"pid": PERSON}, PERSON),
        ({"sub": f"urn:altinn:person:identifier-no:{PERSON}"}, PERSON),
        ({"actor": {"fnr": PERSON, "navn": "Plantine Hemmelsen"}}, "Plantine"),
        ({"authorization_details": [{"type": "urn:altinn:consent", "from": f"urn:altinn:person:{PERSON}"}]}, PERSON),
        ({"consumer": {"ID": f"0192:{PERSON}"}}, PERSON),
        ({"jti": INNER}, INNER.rpartition(".")[2]),
        ({"scope": f"a {INNER}"}, INNER.rpartition(".")[2]),
        ({"subject_token": INNER}, INNER.rpartition(".")[2]),
        ({"client_secret": "hunter2-hunter2"}, "hunter2"),
        ({f"x{PERSON}": 1}, PERSON),
        ({"jti": "\x1b]8;;http://192.0.2.1\x07x\n::add-mask::y"}, "\x1b"),
    ],
)
def test_a_decoded_token_shows_nobody_and_nothing_secret(tmp_path, claims, hidden):
    done = decoded(tmp_path, claims)

    assert (done.returncode, hidden in done.stdout) == (0, False)
    assert "\n::" not in done.stdout


@pytest.mark.by_day(1)
@pytest.mark.parametrize(
    "wrap",
    ["Bearer {}", "Authorization: bearer {}\r\n", "\ufeff{}\n", '{{"access_token": "{}", "token_type": "Bearer"}}'],
)
def test_a_token_is_found_in_what_people_paste(tmp_path, wrap):
    assert "iss " in decoded(tmp_path, {}, wrap).stdout


def test_the_public_half_of_the_key(tmp_path, target_file):
    jwk = json.loads(types(tmp_path, "token", "--target", target_file, "--jwk").stdout)

    assert sorted(jwk) == ["alg", "e", "kid", "kty", "n", "use"]


@pytest.mark.by_day(2)
@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--api", "another"], "--api another: the target has kravogbetalinger"),
        (["--access", "another"], "--access another: the target has finans, regnskapssystem, lovfestetrevisjon."),
        (["--access", "finans", "--organisation", "219001003"], "not open for 219001003."),
        (["--client", "another"], "--client another: there are none."),
    ],
)
def test_wrong_usage_is_told(tmp_path, target_file, arguments, text):
    done = types(tmp_path, "token", "--target", target_file, *arguments)

    assert (done.returncode, text in done.stderr) == (2, True)
