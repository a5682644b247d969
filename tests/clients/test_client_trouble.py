"""Trouble around a client run: one clear line each, and earlier results are kept."""

import json
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest

from harness.clients.driver import POST_IT, DriverError, reply_in
from tests.clients.conftest import REFERENCE, run, verdict_in
from tests.processes import has_ended

CHOSEN = "gets_in or one_token"
RELAY = """
import json, subprocess, sys, time
client = subprocess.Popen({command!r}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
def ask(message):
    client.stdin.write(json.dumps(message) + "\\n"); client.stdin.flush()
    return json.loads(client.stdout.readline())
def tell(reply):
    print(json.dumps(reply), flush=True)
for line in sys.stdin:
    message = json.loads(line)
{body}
    tell(ask(message))
"""


@pytest.fixture
def relay(tmp_path):
    """A driver that passes every message to the reference client, and does something else first."""

    def write(body: str) -> str:
        path = tmp_path / "relay.py"
        lines = "\n".join(f"    {line}" for line in body.splitlines())
        path.write_text(RELAY.format(command=REFERENCE.split(), body=lines))
        return f"{sys.executable} {path}"

    return write


MIDDLE = {
    "no-json": ("print('oops', flush=True)", "not JSON"),
    "megabytes": ("print('x' * 3_000_000, flush=True)", "more than 1000000 bytes"),
    "dies": ("sys.exit(7)", "ended with exit code 7"),
    "killed": ("__import__('os').kill(__import__('os').getpid(), 9)", "was killed by SIGKILL"),
    "a-number-as-total": (
        "tell({'seq': 3, 'outcome': 'done', 'understood': {'total': 1.5}})",
        "wrong: write the total",
    ),
    "a-secret": ("print('token ' + 'eyJhbGciOiJSUzI1NiJ9.' * 9, flush=True)", "answered 'token …'"),
    "another-seq": ("tell({'seq': 1, 'outcome': 'done'})", "answered seq 1 to a message with seq 3"),
    "late": ("tell(ask({**message, 'seq': 2})); continue", "answered seq 2 to a message with seq 3"),
    "no-object": ("print('[]', flush=True)", "wrong"),
    "nothing": ("print('{}', flush=True)", "seq is wrong"),
    "hangs": ("time.sleep(600)", "did not answer within 3 s"),
}


@pytest.mark.by_day(1)
@pytest.mark.parametrize("how", [*MIDDLE])
def test_a_driver_that_fails_in_the_middle_is_one_line_and_loses_nothing(tmp_path, relay, how):
    """At its second task; in the first it kept every promise."""
    body, said = MIDDLE[how]
    drive = relay(f"if message['seq'] == 3:\n    {body}")
    done = run("client", "--drive", drive, "--patience", "3", "--out", "out", "--", "-k", CHOSEN, cwd=tmp_path)

    found = verdict_in(tmp_path / "out")
    judged = [each for each in found["requirements"] if each["status"] == "passed"]
    assert (done.returncode, found["verdict"]) == (3, "inconclusive")
    assert judged
    assert [said in problem for problem in found["problems"]] == [True]
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize("page", ["--page", "--no-page"])
def test_what_ends_a_run_before_it_begins_is_said_once(tmp_path, page):
    done = run("client", "--drive", "false", page, "--out", "out", cwd=tmp_path)

    assert done.returncode == 3
    assert "itself failed" not in done.stderr
    assert (done.stdout + done.stderr).count("ended with exit code 1") == 1
    assert verdict_in(tmp_path / "out")["verdict"] == "inconclusive"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--drive", "/no/such/program"], "cannot be started"),
        (["--drive", "'"], "cannot be started"),
        (["--drive", "http://[::1/x"], "not a driver's address"),
        (["--drive", "https:///x"], "not a driver's address"),
        (["--drive", "true", "--client-key", "key.pem"], "this is a private key"),
        (["--drive", "true", "--client-key", "none.pem"], "cannot be read"),
        (["--starter", "cobol"], "There are dotnet, java, node, python, shell"),
        (["--recorded", "none.har"], "none.har"),
        (["--drive", "true", "--api", "trekk"], "trekk"),
    ],
)
def test_wrong_usage_is_one_line(tmp_path, arguments, said):
    (tmp_path / "key.pem").write_text("-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n")
    done = run("client", *arguments, cwd=tmp_path)

    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_in_use_is_one_line(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("client", "--drive", "true", "--port", str(port), cwd=tmp_path)

    assert done.returncode == 2
    assert str(port) in done.stderr
    assert done.stderr.count(str(port)) == 1


def test_an_address_that_nobody_answers_at_is_one_line(tmp_path):
    done = run("client", "--drive", "http://127.0.0.1:1/drive", cwd=tmp_path)

    assert done.returncode == 3
    assert "cannot be reached" in done.stderr


def test_a_client_may_be_driven_by_an_address(tmp_path):
    """The same objects, one POST each."""
    from harness.reference_client.driver import ReferenceDriver

    driver = ReferenceDriver([])

    class Drive(BaseHTTPRequestHandler):
        def do_POST(self):
            message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            reply = json.dumps(driver.answer(message)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Drive) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/provestand"
        done = run("client", "--drive", url, "--out", "out", "--", "-k", CHOSEN, cwd=tmp_path)
        server.shutdown()
    driver._client.http.close()

    assert (done.returncode, verdict_in(tmp_path / "out")["verdict"]) == (0, "conformant")


def test_an_address_that_answers_a_little_at_a_time_has_no_more_patience(tmp_path):
    """If the patience began again with each byte, a slow trickle would never be too late."""
    ended = Event()

    class Drip(BaseHTTPRequestHandler):
        def do_POST(self):
            self.send_response(200)
            self.end_headers()
            with suppress(OSError):
                while not ended.wait(0.2):
                    self.wfile.write(b" ")

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Drip) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/provestand"
        done = run("client", "--drive", url, "--patience", "2", cwd=tmp_path, timeout=60)
        ended.set()
        server.shutdown()

    assert done.returncode == 3
    assert "did not answer within 2 s" in done.stderr


def test_calls_that_nobody_asked_for_are_told_in_a_line(tmp_path, relay):
    """While it looks up claims, the client calls another API."""
    body = (
        "if message['do'] == 'connect':\n"
        "    base = message['base_urls']['utleggsbegjaering']\n"
        "if message['seq'] == 2:\n"
        "    reply = ask(message)\n"
        "    import urllib.request, urllib.error\n"
        "    try:\n"
        "        urllib.request.urlopen(base + '/status/TEST_SAK_OPPRETTET')\n"
        "    except urllib.error.HTTPError:\n"
        "        pass\n"
        "    tell(reply)\n"
        "    continue"
    )
    done = run("client", "--drive", relay(body), "--out", "out", "--", "-k", CHOSEN, cwd=tmp_path)

    assert "1 call arrived that no task asked for (GET /api/utleggsbegjaering/v2/status/" in done.stderr
    assert verdict_in(tmp_path / "out")["counts"]["scenarios"] == 2


def test_another_client_at_the_same_sandbox_is_not_judged(tmp_path, relay):
    """A second client requests a token with a grant that breaks a promise; the first keeps all of them."""
    body = (
        "if message['do'] == 'connect':\n"
        "    import urllib.request\n"
        "    def post(url, value):\n"
        "        data = json.dumps(value).encode()\n"
        "        asked = urllib.request.Request(url, data, {'Content-Type': 'application/json'})\n"
        "        return json.loads(urllib.request.urlopen(asked).read())\n"
        "    import jwt, urllib.parse, uuid\n"
        "    from cryptography.hazmat.primitives.asymmetric import rsa\n"
        "    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)\n"
        "    jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))\n"
        "    jwk = {name: jwk[name] for name in ('kty', 'n', 'e')} | {'kid': 'other', 'use': 'sig', 'alg': 'RS256'}\n"
        "    made = {'owner': '312345676', 'scopes': ['skatteetaten:kravogbetalinger'], 'keys': [jwk]}\n"
        "    other = post(message['issuer'] + 'clients', made)['client_id']\n"
        "    now = int(time.time())\n"
        "    claims = {'aud': message['issuer'], 'iss': other, 'scope': 'skatteetaten:kravogbetalinger'}\n"
        "    claims |= {'iat': now, 'exp': now + 100}\n"
        "    grant = jwt.encode(claims, key, 'RS256', {'kid': 'other'})\n"
        "    form = {'grant_type': 'urn:ietf:params:oauth:grant-type:jwt-bearer', 'assertion': grant}\n"
        "    urllib.request.urlopen(message['token_endpoint'], urllib.parse.urlencode(form).encode()).read()"
    )
    done = run("client", "--drive", relay(body), "--out", "out", "--", "-k", CHOSEN, cwd=tmp_path)

    assert (done.returncode, verdict_in(tmp_path / "out")["deviations"]) == (0, [])
    assert "1 call of another client" in done.stderr


DEAF = """
import json, os, pathlib, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
for line in sys.stdin:
    message = json.loads(line)
    if message["do"] == "call":
        come(f"{os.getpid()} {child.pid}")
    print(json.dumps({"seq": message["seq"], "outcome": "done"}), flush=True)
"""


def test_a_driver_that_will_not_end_is_ended_with_what_it_started(tmp_path, meeting):
    """SIGTERM to the run while the client works on a task; the driver ignores the signal that it is sent."""
    (tmp_path / "deaf.py").write_text(meeting.code + DEAF)
    command = [sys.executable, "-m", "harness", "client", "--drive", f"{sys.executable} deaf.py", "--out", "out"]
    started = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    with meeting.with_(started) as pids:
        started.send_signal(signal.SIGTERM)
        said, _ = started.communicate(timeout=300)

    assert (started.returncode, verdict_in(tmp_path / "out")["verdict"]) == (3, "inconclusive")
    assert "Traceback" not in said
    assert [has_ended(int(pid)) for pid in pids.split()] == [True, True]


IDLE = """
import json, sys
for line in sys.stdin:
    seq = json.loads(line)["seq"]
    understood = {"count": 3, "total": "1.00", "reference": "abc"}
    print(json.dumps({"seq": seq, "outcome": OUTCOME if seq > 1 else "done", "understood": understood}), flush=True)
"""


@pytest.mark.nightly
@pytest.mark.parametrize("outcome", ["done", "refused", "failed"])
def test_a_client_that_makes_no_call_has_shown_nothing_and_broken_nothing(tmp_path, outcome):
    """It says that it did everything, or that everything failed, but no call ever arrives."""
    (tmp_path / "idle.py").write_text(IDLE.replace("OUTCOME", repr(outcome)))
    done = run("client", "--drive", f"{sys.executable} idle.py", "--out", "out", cwd=tmp_path, timeout=900)

    found = verdict_in(tmp_path / "out")
    assert [entry["id"] for entry in found["requirements"] if entry["status"] not in {"not_run", "not_testable"}] == []
    assert (done.returncode, found["deviations"]) == (3, [])


def test_a_byte_order_mark_before_an_answer_is_no_matter():
    """.NET writes one if a program's output is set to UTF-8."""
    assert reply_in(b'\xef\xbb\xbf{"seq": 1, "outcome": "done"}\r\n', 1, "it").outcome == "done"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('"message": null, "korrelasjonsid": null, "understood": null, "client": null, "can": null', {}),
        ('"understood": {"count": "3", "total": "1234.50", "codes": null}', {"understood": (3, "1234.50", None)}),
        ('"understood": {"reference": 4711, "total": null}', {"understood": (None, None, "4711")}),
        ('"message": "Bl\\u00e5b\\u00e6r", "took": 17, "attested": true', {"message": "Blåbær"}),
        ('"message": "cut in the middle \\ud83d"', {"message": "cut in the middle ?"}),
        ('"message": "' + "x" * 30_000 + '"', {"message": "x" * 20_000}),
    ],
)
def test_what_serializers_write_in_their_own_way_is_read(more, said):
    reply = reply_in(f'{{"seq": "7", "outcome": "failed", {more}}}\r\n'.encode(), 7, "it")
    told = reply.understood

    assert (reply.outcome, reply.attested) == ("failed", False)
    assert reply.message == said.get("message", "")
    found = (told.count, told.total and str(told.total), told.reference) if told else None
    assert found == said.get("understood")


def test_what_is_not_an_answer_is_met_with_advice_for_its_kind_of_driver():
    with pytest.raises(DriverError, match="Print one JSON object per line to standard output"):
        reply_in(b"Listening on port 5000\n", 1, "it")
    with pytest.raises(DriverError, match="Answer each POST with one JSON object"):
        reply_in(b"<html>Login</html>", 1, "it", POST_IT)
