"""Who the sandbox answers: programs that call it by its name, its own pages, not connections without a request."""

import contextlib
import socket
import sys
from urllib.parse import urlsplit

import pytest

from harness.sandbox.doorkeeper import names_of

SWITCHES = [
    ("PUT", "/sandbox/faults", b"[]"),
    ("PUT", "/sandbox/survey", b""),
    ("PUT", "/sandbox/clock", b'{"at": "2026-05-20T12:00:00Z"}'),
    ("PUT", "/sandbox/knobs", b"{}"),
    ("PUT", "/sandbox/interventions", b"[]"),
    ("POST", "/sandbox/reset", b""),
    ("POST", "/sandbox/utleggsbegjaering/klokke", b'{"sekunder": 0}'),
    ("PUT", "/sandbox/utleggsbegjaering/saker/x", b"{}"),
    ("POST", "/maskinporten/issuer", b"{}"),
    ("POST", "/maskinporten/rotate", b""),
    ("POST", "/maskinporten/mint", b"{}"),
    ("POST", "/maskinporten/clients", b"{}"),
    ("POST", "/maskinporten/clients/x/jwks", b"{}"),
    ("POST", "/maskinporten/clients/x/certificates", b"{}"),
    ("POST", "/maskinporten/consents/x", b"{}"),
    ("POST", "/%73andbox/reset", b""),
    ("POST", "/maskinporten%2fissuer", b"{}"),
]
BUTTONS = [("POST", "/altinn/consentrequests/x/accept"), ("POST", "/altinn/systemuser/requests/x/accept")]


@pytest.fixture(scope="module")
def door(tmp_path_factory):
    """A sandbox that these tests may switch: its address, and a client."""
    from tests.sandbox.conftest import running

    with running(tmp_path_factory.mktemp("door"), "--now", "2026-05-20T12:00:00Z") as sandbox:
        yield sandbox


def port_of(sandbox) -> int:
    port = urlsplit(sandbox.base).port
    assert port is not None
    return port


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "evil.example:{port}", "127.0.0.1.evil.example:{port}", "localhost.evil.example", "10.0.0.1"),
        *("169.254.169.254", "127.0.0.1@evil.example", "[::2]", "2130706433", "0x7f.1", "", "127.0.0.1:{port}, x"),
        *("localhost:{port}/", "[::1", "127.0.0.1:port", "LOCALHOST.:{port}", "xn--127-0-0-1:80"),
    ],
)
def test_a_call_to_another_name_is_refused(door, host):
    named = host.format(port=port_of(door))

    for path in ("/", "/sandbox/status", "/maskinporten/jwk", urlsplit(door.api["base_url"]).path + "/x"):
        answer = door.http.get(door.base + path, headers={"Host": named})
        assert (answer.status_code, len(answer.text.splitlines())) == (421, 1)


@pytest.mark.parametrize(
    "host", ["127.0.0.1:{port}", "localhost:{port}", "LocalHost:{port}", "[::1]:{port}", "localhost"]
)
def test_a_call_to_a_name_of_this_machine_is_answered(door, host):
    answer = door.http.get(f"{door.base}/sandbox/status", headers={"Host": host.format(port=port_of(door))})

    assert answer.status_code == 200


@pytest.mark.skipif(sys.platform == "darwin", reason="a system with one loopback address")
def test_the_address_that_it_was_started_on_is_its_own(start):
    sandbox = start("--host", "127.0.0.2")

    answers = [
        sandbox.http.get(f"{sandbox.base}/sandbox/status", headers={"Host": name}) for name in ("127.0.0.2", "x")
    ]

    assert [answer.status_code for answer in answers] == [200, 421]


def test_the_names_of_an_address_are_found():
    assert names_of("https://Sandbox.example.test/", "127.0.0.2", "http://[::1]:8080") == {
        "sandbox.example.test", "127.0.0.2", "::1"
    }  # fmt: skip


@pytest.mark.parametrize(
    "head", ["GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n"]
)
def test_no_name_or_two_are_refused(door, head):
    assert exchanged(door, head.encode()).split(b" ")[1] in {b"400", b"421"}


@pytest.mark.parametrize(("method", "path", "body"), SWITCHES)
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
def test_a_page_of_another_origin_changes_nothing(door, method, path, body, headers):
    answer = door.http.request(
        method, door.base + path, content=body, headers={"Content-Type": "application/json", **headers}
    )

    assert (answer.status_code, len(answer.text.splitlines())) == (403, 1)


@pytest.mark.parametrize(("method", "path", "body"), [switch for switch in SWITCHES if switch[0] == "POST"])
@pytest.mark.parametrize(
    "kind",
    ["text/plain", "TEXT/Plain; charset=utf-8", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"],
)
def test_what_a_form_can_send_changes_nothing(door, method, path, body, kind):
    answer = door.http.request(method, door.base + path, content=body, headers={"Content-Type": kind})

    assert (answer.status_code, len(answer.text.splitlines())) == (415, 1)


@pytest.mark.parametrize(("method", "path"), BUTTONS)
def test_a_button_is_pressed_on_its_own_page(door, method, path):
    own, form = (
        {"Origin": door.base, "Sec-Fetch-Site": "same-origin"},
        {"Content-Type": "application/x-www-form-urlencoded"},
    )

    assert (
        door.http.request(method, door.base + path, headers={**own, **form}).status_code == 404
    )  # there is no such request
    assert (
        door.http.request(method, door.base + path, headers={"Origin": "https://evil.example", **form}).status_code
        == 403
    )


@pytest.mark.parametrize("headers", [{}, {"Content-Type": "application/json"}], ids=str)
def test_a_program_switches(door, headers):
    answer = door.http.put(f"{door.base}/sandbox/faults", content=b"[]", headers=headers)

    assert (answer.status_code, answer.json()) == (200, [])


@pytest.mark.parametrize("path", ["/sandbox/faults", "/maskinporten/clients", "/api/utleggsbegjaering/v2"])
def test_a_body_that_says_that_it_has_a_gigabyte_is_refused(door, path):
    head = f"PUT {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\n"

    assert exchanged(door, head.encode()).startswith(b"HTTP/1.1 413 ")


def test_a_body_without_end_ends_the_connection(door):
    with connected(door) as connection:
        connection.sendall(b"PUT /sandbox/faults HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            for _ in range(1000):
                connection.sendall(b"100000\r\n" + bytes(1024 * 1024) + b"\r\n")
            pytest.fail("a gigabyte was taken")

    assert door.http.get(f"{door.base}/sandbox/status").status_code == 200


def test_connections_that_never_ask_are_ended_and_keep_nobody_out(door):
    """Five hundred connections: silent, with half of the headers, and with headers that grow by a line now and then."""
    beginnings = [
        b"",
        b"GET / HTTP/1.1\r\nHost: local",
        b"POST /maskinporten/token HTTP/1.1\r\nHost: localhost\r\nX: 1\r\n",
    ]
    with contextlib.ExitStack() as stack:
        connections = [stack.enter_context(connected(door)) for _ in range(500)]
        for number, connection in enumerate(connections):
            connection.sendall(beginnings[number % 3])

        assert all(door.http.get(f"{door.base}/sandbox/status").status_code == 200 for _ in range(5))
        assert door.token()

        endings = [ending(connection, drip=number % 3 == 2) for number, connection in enumerate(connections)]

    assert set(endings) <= {b"", b"HTTP/1.1 408 Request Timeout"}
    assert b"HTTP/1.1 408 Request Timeout" in endings


def ending(connection: socket.socket, *, drip: bool) -> bytes:
    """The first line of the answer to a connection that is ended, which must happen within half a minute."""
    if drip:
        with contextlib.suppress(OSError):
            connection.sendall(b"X-More: 1\r\n")
    connection.settimeout(30)
    try:
        return connection.recv(1000).partition(b"\r\n")[0]
    except ConnectionError:
        return b""


def connected(sandbox) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port_of(sandbox)), timeout=30)


def exchanged(sandbox, octets: bytes) -> bytes:
    with connected(sandbox) as connection:
        connection.sendall(octets)
        return connection.recv(1000)
