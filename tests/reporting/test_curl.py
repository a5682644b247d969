"""A curl command repeats a request byte for byte: it is run, and what arrives is compared."""

import datetime
import shutil
import subprocess

import pytest

from harness.exchange import Exchange, Request, Response
from harness.redaction.redactor import Redactor
from harness.reporting.curl import TOKEN, as_curl
from tests.troubled import Asked, TroubledProxy, answer

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")

SENT = (("Accept", "application/json"), ("Accept-Encoding", "gzip, deflate"), ("User-Agent", "provestand"))
AS_JSON = ("Content-Type", "application/json")


@pytest.fixture
def arrived():
    """Runs the command for a request, and returns what a server receives."""
    server = TroubledProxy(plan=lambda asked: answer(200, b"{}"))

    def run(method, path, headers=SENT, body=b"", authorization=None) -> Asked:
        command = as_curl(Request(method, server.url + path, headers, body), authorization)
        done = subprocess.run(
            ["sh", "-c", command], capture_output=True, timeout=20, check=False, env={"TOKEN": "x.y.z", "PATH": PATH}
        )
        assert done.returncode == 0, done.stderr
        return server.asked[-1]

    yield run
    server.close()


PATH = "/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin"


def fields(asked: Asked) -> list[tuple[str, str]]:
    """The header fields except those about the connection."""
    lines = [line.decode("latin-1").partition(":") for line in asked.head.split(b"\r\n")[1:]]
    own = {"host", "content-length", "connection"}
    return sorted((name, value.removeprefix(" ")) for name, _, value in lines if name.lower() not in own)


@pytest.mark.parametrize(
    "path",
    [
        "/v1/finans/312345676/krav?fra=2025-01-01&til=2025-12-31",
        "/v1/../../etc/passwd",
        "/v1/./a//b/",
        "/v1/%2e%2E%2f%00?q=%C3%A6+%20%ff",
        "/v1/{a}[1-3]?x={b,c}",
        "/v1/a'b\"c$HOME`id`;!",
        "/v1?",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "PATCH"])
def test_method_and_path_arrive_as_they_were_sent(arrived, method, path):
    asked = arrived(method, path)

    assert (asked.method, asked.path, asked.body) == (method, path, b"")
    assert fields(asked) == sorted(SENT)


@pytest.mark.parametrize(
    "extra",
    [
        (("X-Empty", ""),),
        (("X-Quotes", "a'b\"c $HOME `id` \\ % %s"),),
        (("X-Latin", "S\xf8r-\xd8st"),),
        (("X-Control", "a\tb\x01"),),
        (("X-Twice", "1"), ("X-Twice", "2")),
        (("Content-Type", "text/plain; charset=utf-8"),),
    ],
)
def test_headers_arrive_as_they_were_sent(arrived, extra):
    assert fields(arrived("GET", "/", (*SENT, *extra))) == sorted([*SENT, *extra])


@pytest.mark.parametrize("missing", ["Accept", "Accept-Encoding", "User-Agent"])
def test_nothing_is_added_that_was_not_sent(arrived, missing):
    sent = [field for field in SENT if field[0] != missing]

    assert fields(arrived("POST", "/", sent, b"x")) == sorted(sent)


@pytest.mark.parametrize(
    "body",
    [
        b'{"navn": "it\'s \\u00e6", "sum": 1.0}',
        '{"navn": "blåbær 漢"}'.encode(),
        b"\xff\xfe\x00\x80",
        b"@/etc/passwd",
        b"-- \n\r\n\ttabs and lines\n",
        b"%s %d \\n $HOME `id`",
        b'--b\r\nContent-Disposition: form-data; name="fil"\r\n\r\n\x89PNG\r\n--b--\r\n',
        bytes(range(256)) * 80,
    ],
    ids=range(8),
)
@pytest.mark.parametrize("method", ["POST", "PUT", "GET"])
def test_a_body_arrives_as_it_was_sent(arrived, method, body):
    asked = arrived(method, "/v1", (*SENT, AS_JSON), body)

    assert (asked.method, asked.body) == (method, body)
    assert fields(asked) == sorted([*SENT, AS_JSON])


def test_a_body_of_nothing_is_sent_as_one(arrived):
    asked = arrived("POST", "/", (*SENT, ("Content-Length", "0")))

    assert (asked.header("content-length"), fields(asked)) == ("0", sorted(SENT))


def test_the_token_comes_from_the_environment_and_a_made_up_one_is_not_replaced(arrived):
    ours = arrived("GET", "/", (*SENT, ("Authorization", "[redacted]")), authorization=TOKEN)
    made_up = arrived("GET", "/", (*SENT, ("Authorization", "[redacted]")))

    assert ours.header("authorization") == "Bearer x.y.z"
    assert made_up.header("authorization") == "[redacted]"


@pytest.mark.parametrize("body", [b'{"navn": "x", "adresse": "y", "beloep": 1.0}', b"\xff\x00", b"a\nb"])
def test_the_command_for_a_request_that_was_made_up_holds_it_as_it_was(body):
    sent = (*SENT, AS_JSON, ("Authorization", "Bearer eyJhbGciOiJub25lIn0.eyJhIjoxfQ.c2lnbmF0dXJl"))
    request = Request("POST", "http://127.0.0.1:1/v1/finans/312345676?fra=2025-01-01", sent, body)
    exchange = Exchange(request, Response(200), datetime.datetime.now(datetime.UTC), 0.0)

    shown = Redactor().made_up(exchange).request

    assert "eyJ" not in as_curl(shown)
    assert as_curl(shown, TOKEN) == as_curl(request, TOKEN)


def test_an_identity_number_is_taken_from_a_request_that_was_made_up():
    person = "14838290095"
    request = Request("PUT", f"http://127.0.0.1:1/{person}", SENT, f'{{"navn": "{person}", "a": "x"}}'.encode())
    exchange = Exchange(request, Response(200), datetime.datetime.now(datetime.UTC), 0.0)

    command = as_curl(Redactor().made_up(exchange).request)

    assert person not in command
    assert '"a": "x"' in command
