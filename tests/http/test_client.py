"""What the client hands on when a server breaks the rules of HTTP itself."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from harness.http.client import ApiClient, TargetUnavailableError
from harness.http.fair_use import FairUseGate

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@contextmanager
def server_that_says(*answers: bytes) -> Iterator[str]:
    """A server that gives each connection the next of these answers, byte for byte, and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            for answer in answers:
                connection, _ = listening.accept()
                with connection:
                    connection.recv(65536)
                    connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread.join(timeout=10)


@pytest.fixture
def gate(tmp_path):
    return FairUseGate("http://127.0.0.1", tmp_path)


def test_a_body_cut_short_is_an_answer(gate):
    with server_that_says(HEAD + b'Content-Length: 20\r\n\r\n{"kode": "') as url, ApiClient(url, gate) as client:
        exchange = client.send("GET", "/", {})

    assert (exchange.response.status, exchange.response.body) == (200, b'{"kode": "')
    assert exchange.response.header("content-length") == "20"


def test_a_chunked_body_cut_short_is_an_answer(gate):
    with (
        server_that_says(HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n") as url,
        ApiClient(url, gate) as client,
    ):
        exchange = client.send("GET", "/", {})

    assert exchange.response.body == b"{}"


def test_a_read_is_sent_again_when_the_server_hung_up_without_a_word(gate):
    with server_that_says(b"", HEAD + b"Content-Length: 2\r\n\r\n{}") as url, ApiClient(url, gate) as client:
        exchange = client.send("GET", "/", {})

    assert (exchange.response.body, exchange.attempts) == (b"{}", 2)


def test_a_write_is_never_sent_again(gate):
    with server_that_says(b"") as url, ApiClient(url, gate) as client, pytest.raises(TargetUnavailableError):
        client.send("POST", "/", {}, b"{}")
