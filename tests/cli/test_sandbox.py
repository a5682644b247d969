"""`provestand sandbox` as a user starts it."""

import contextlib
import signal
import socket
import subprocess
import sys
import tomllib
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

from tests.gate import Gate, await_held


@pytest.fixture
def start() -> Iterator[Callable[..., "tuple[subprocess.Popen[str], str]"]]:
    """Starts a sandbox on a free port and reads the address that it prints."""
    with contextlib.ExitStack() as stack:

        def started(*arguments: str) -> "tuple[subprocess.Popen[str], str]":
            command = [sys.executable, "-m", "harness", "sandbox", "--port", "0", *arguments]
            sandbox = stack.enter_context(
                subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            )
            stack.callback(sandbox.terminate)
            line = sandbox.stderr.readline()
            assert line.startswith("sandbox at http://127.0.0.1:"), line
            return sandbox, line.split()[2].rstrip(",")

        yield started


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_quietly_when_it_is_told_to(start, number):
    sandbox, base = start()
    with urllib.request.urlopen(f"{base}/console/events") as page:  # an open page listens
        assert page.readline() == b"retry: 1500\n"

        sandbox.send_signal(number)

        assert sandbox.wait(timeout=300) == 0
    assert sandbox.stderr.read() == ""


def test_a_call_that_the_end_cuts_short_is_worth_no_trace(start):
    sandbox, base = start()
    with socket.create_connection((urlsplit(base).hostname, urlsplit(base).port)) as client:
        head = f"POST /maskinporten/token HTTP/1.1\r\nHost: {urlsplit(base).netloc}\r\nContent-Length: 99\r\n"
        client.sendall(f"{head}Expect: 100-continue\r\n\r\n".encode())
        assert client.recv(1000).startswith(b"HTTP/1.1 100 ")  # the sandbox waits for the body

        sandbox.send_signal(signal.SIGTERM)

        assert sandbox.wait(timeout=300) == 0
    assert sandbox.stderr.read() == ""


def test_an_upload_that_cannot_be_read_is_worth_no_line(start, provestand, tmp_path):
    sandbox, _ = start("--write-target", str(tmp_path / "t.toml"))

    finished = provestand(
        "run", "--target", str(tmp_path / "t.toml"), "--api", "utleggsbegjaering", "--", "-k", "boundary"
    )

    assert finished.code == 0
    sandbox.send_signal(signal.SIGTERM)
    assert sandbox.wait(timeout=300) == 0
    assert sandbox.stderr.read() == ""


def test_it_describes_itself_in_a_target_file(start, tmp_path):
    _, base = start("--write-target", str(tmp_path / "t.toml"))

    target = tomllib.loads((tmp_path / "t.toml").read_text())["targets"]["sandbox"]
    assert target["profile"] == "sandbox"
    assert target["maskinporten"]["issuer"] == f"{base}/maskinporten/"
    assert target["apis"]["kravogbetalinger"]["base_url"] == f"{base}/kravogbetalinger/v1"


def test_a_port_in_use_is_told_in_one_line(provestand):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

        finished = provestand("sandbox", "--port", port)

    assert finished.code == 2
    assert finished.complaint == f"--port {port}: Address already in use. Use another port, or 0 for a free one."


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (
            ["--host", "0.0.0.0"],
            "--host 0.0.0.0: the sandbox listens on loopback addresses only. Use 127.0.0.1 or ::1.",
        ),
        (["--host", "example"], "--host example: it is not an IP address. Use 127.0.0.1 or ::1."),
        (["--knob", "total=absent"], "there is no knob 'total'. Did you mean totals"),
        (["--knob", "totals=some"], "knob totals: 'some' is not one of its values. Use sent|absent."),
        (["--now", "i går"], "--now i går: not a time. Write it like 2026-01-31T12:00:00Z."),
        (["--now", "0001-01-01"], "--now 0001-01-01: outside the sandbox's years, 2000 to 2100."),
        (["--port", "0", "--write-target", "no/such/t.toml"], "--write-target no/such/t.toml: it cannot be written"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(provestand, arguments, complaint):
    finished = provestand("sandbox", *arguments)

    assert finished.code == 2
    assert finished.complaint.startswith(complaint)


def test_every_knob_is_listed_with_its_values_and_its_default(provestand):
    finished = provestand("sandbox", "--list-knobs")

    assert finished.code == 0
    assert "totals=sent|absent  (default sent)\n" in finished.stdout
    assert finished.stdout.count("(default ") > 20


def test_its_clock_starts_where_it_is_told(start):
    _, base = start("--now", "2031-05-06T07:08:00Z")

    with urllib.request.urlopen(f"{base}/sandbox/status") as answer:
        assert b'"now":"2031-05-06T07:08:' in answer.read()


def test_it_ends_with_the_process_that_started_it(start):
    """A killed parent leaves nothing behind: the child exits when its standard input closes."""
    sandbox, _ = start("--until-stdin-closes")

    sandbox.stdin.close()

    assert sandbox.wait(timeout=300) == 0


def test_answers_wait_while_a_file_says_so(start, tmp_path):
    """Calls whose path contains a word of it; others are answered."""
    gate = Gate(tmp_path)
    gate.close("/313367002/")
    _, base = start("--hold", str(gate.file))
    api = f"{base}/kravogbetalinger/v1/lovfestetrevisjon"

    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(status_of, f"{api}/313367002/aapnekrav")
        await_held(base, "kravogbetalinger", 1)
        assert status_of(f"{api}/311851381/aapnekrav") == 401
        assert not held.done()

        gate.open()

        assert held.result() == 401


def status_of(address: str) -> int:
    try:
        with urllib.request.urlopen(address) as answer:
            return answer.status
    except urllib.error.HTTPError as refusal:
        return refusal.code
