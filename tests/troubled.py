"""A proxy on loopback that makes trouble.

It passes HTTP on to a sandbox, one connection per request, and breaks what a test asks it to break. It keeps what went
through it, so that a test can search for it where it must not be.
"""

import contextlib
import functools
import re
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from harness.targets.embedded import RunningSandbox, SandboxRefusedError, running_sandbox
from harness.targets.model import Target


@dataclass(frozen=True)
class Asked:
    """A request that reached the proxy; `number` counts from 1."""

    number: int
    head: bytes
    body: bytes

    @property
    def method(self) -> str:
        return self.head.split(b" ", 1)[0].decode()

    @property
    def path(self) -> str:
        return self.head.split(b" ", 2)[1].decode()

    def header(self, name: str) -> str:
        found = re.search(rb"\r\n" + re.escape(name.encode()) + rb":[ \t]*([^\r\n]*)", self.head, re.IGNORECASE)
        return found[1].decode("latin-1") if found else ""

    @property
    def octets(self) -> bytes:
        """The request as it is passed on: the upstream closes after its answer."""
        head = re.sub(rb"\r\nConnection:[^\r\n]*", b"", self.head, flags=re.IGNORECASE)
        head = re.sub(rb"\r\nContent-Length:[^\r\n]*", b"", head, flags=re.IGNORECASE)
        length = f"\r\nContent-Length: {len(self.body)}".encode() if self.body else b""
        return head + length + b"\r\nConnection: close\r\n\r\n" + self.body


Trouble = Callable[["TroubledProxy", socket.socket, Asked], None]
Plan = Callable[[Asked], Trouble]


@dataclass
class TroubledProxy:
    """Listens until it is closed. `plan` decides per request; requests are passed on to `upstream`."""

    tls: ssl.SSLContext | None = None
    host: str = "127.0.0.1"
    upstream: tuple[str, int] = ("127.0.0.1", 0)
    plan: Plan = field(default=lambda asked: pass_on)
    asked: list[Asked] = field(default_factory=list)
    answers: list[bytes] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        self._listening = socket.create_server((self.host, 0), family=family, backlog=64)
        self._counting = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def port(self) -> int:
        return self._listening.getsockname()[1]

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://{self.host}:{self.port}"

    def reset(self) -> None:
        """Makes it healthy again and forgets what it has seen."""
        self.plan = lambda asked: pass_on
        self.asked.clear()
        self.answers.clear()

    def close(self) -> None:
        self.ended.set()
        self._listening.close()

    def fetched(self, octets: bytes) -> bytes:
        """The complete answer of the upstream to a request."""
        with socket.create_connection(self.upstream) as upstream:
            upstream.sendall(octets)
            parts = []
            while part := upstream.recv(65536):
                parts.append(part)
        return b"".join(parts)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            if self.tls is not None:
                connection = self.tls.wrap_socket(connection, server_side=True)
            with connection:
                head, body = _read_request(connection)
                if head:
                    with self._counting:
                        asked = Asked(len(self.asked) + 1, head, body)
                        self.asked.append(asked)
                    self.plan(asked)(self, connection, asked)


def _read_request(connection: socket.socket) -> tuple[bytes, bytes]:
    received = b""
    while b"\r\n\r\n" not in received:
        part = connection.recv(65536)
        if not part:
            return b"", b""
        received += part
    head, _, body = received.partition(b"\r\n\r\n")
    found = re.search(rb"\r\ncontent-length:\s*(\d+)", head, re.IGNORECASE)
    rest = bytearray(body)
    while len(rest) < int(found[1] if found else 0):
        rest += connection.recv(65536)
    return head, bytes(rest)


def pass_on(proxy: TroubledProxy, connection: socket.socket, asked: Asked) -> None:
    """No trouble."""
    answer = proxy.fetched(asked.octets)
    proxy.answers.append(answer)
    connection.sendall(answer)


def hang_up(proxy: TroubledProxy, connection: socket.socket, asked: Asked) -> None:
    """Ends the connection without an answer."""


def reset(proxy: TroubledProxy, connection: socket.socket, asked: Asked) -> None:
    """Resets the connection in the middle of the answer."""
    answer = proxy.fetched(asked.octets)
    connection.sendall(answer[: len(answer) // 2])
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def reset_after(octets: bytes) -> Trouble:
    """These bytes, then a reset."""

    def give(proxy: TroubledProxy, connection: socket.socket, asked: Asked) -> None:
        connection.sendall(octets)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    return give


def cut_short(proxy: TroubledProxy, connection: socket.socket, asked: Asked) -> None:
    """Ends the connection normally, but in the middle of the answer."""
    connection.sendall(proxy.fetched(asked.octets)[:-1])


def stall(proxy: TroubledProxy, connection: socket.socket, asked: Asked) -> None:
    """Begins an answer and then stays silent."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")
    proxy.ended.wait()


def drip(proxy: TroubledProxy, connection: socket.socket, asked: Asked) -> None:
    """An answer that never stops coming and never ends."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    while not proxy.ended.wait(0.05):
        connection.sendall(b" ")


def drip_head(proxy: TroubledProxy, connection: socket.socket, asked: Asked) -> None:
    """Headers that never stop coming and never end."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Dripping: ")
    while not proxy.ended.wait(0.05):
        connection.sendall(b"x")


def babble(proxy: TroubledProxy, connection: socket.socket, asked: Asked) -> None:
    """Another protocol."""
    connection.sendall(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")


def twice(proxy: TroubledProxy, connection: socket.socket, asked: Asked) -> None:
    """Passes the request on twice, like a blind retry, and returns the second answer."""
    proxy.fetched(asked.octets)
    pass_on(proxy, connection, asked)


def answer(status: int, body: bytes = b"", content_type: str = "application/json", **headers: str) -> Trouble:
    """An answer of the proxy's own."""

    def give(proxy: TroubledProxy, connection: socket.socket, asked: Asked) -> None:
        fields = {"Content-Type": content_type, "Content-Length": str(len(body)), "Connection": "close"}
        fields |= {name.replace("_", "-"): value for name, value in headers.items()}
        lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        connection.sendall(f"HTTP/1.1 {status} X\r\n{lines}\r\n".encode() + body)

    return give


def raw(octets: bytes) -> Trouble:
    """These bytes, then the end of the connection."""
    return lambda proxy, connection, asked: connection.sendall(octets)


PAGE = b"<!doctype html><title>Service unavailable</title><h1>The gateway is being maintained</h1>"


def page(status: int) -> Trouble:
    """A gateway's page for people."""
    return answer(status, PAGE, "text/html; charset=utf-8")


def altered(alter: Callable[[bytes], bytes]) -> Trouble:
    """The upstream's answer with its body altered."""

    def give(proxy: TroubledProxy, connection: socket.socket, asked: Asked) -> None:
        head, _, body = proxy.fetched(asked.octets).partition(b"\r\n\r\n")
        body = alter(body)
        head = re.sub(rb"(?i)content-length: *\d+", f"content-length: {len(body)}".encode(), head)
        connection.sendall(head + b"\r\n\r\n" + body)

    return give


def rewritten(
    head: Callable[[bytes], bytes] = lambda head: head, body: Callable[[bytes], bytes] = lambda body: body
) -> Trouble:
    """Passes on a modified request."""

    def give(proxy: TroubledProxy, connection: socket.socket, asked: Asked) -> None:
        pass_on(proxy, connection, Asked(asked.number, head(asked.head), body(asked.body)))

    return give


def on(part: str, trouble: Trouble, *, first: int | None = None) -> Plan:
    """Trouble for requests with this in their path: for all of them, or the first few."""
    lock, counts = threading.Lock(), [0]

    def plan(asked: Asked) -> Trouble:
        if part not in asked.path:
            return pass_on
        with lock:
            counts[0] += 1
            return trouble if first is None or counts[0] <= first else pass_on

    return plan


@dataclass(frozen=True)
class Behind:
    """A sandbox behind a proxy; its target file leads through the proxy everywhere."""

    proxy: TroubledProxy
    target_file: Path
    target: Target


@contextlib.contextmanager
def deaf() -> Iterator[int]:
    """A port that neither accepts nor refuses further connections, as behind a firewall that drops packets."""
    with contextlib.ExitStack() as stack:
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.settimeout(0)
            waiting.connect_ex(listening.getsockname())
        yield listening.getsockname()[1]


@functools.cache
def _never_listening() -> socket.socket:
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    return bound


def closed_port() -> int:
    """A port that refuses connections, and that nobody can take while the tests run."""
    return _never_listening().getsockname()[1]


@contextlib.contextmanager
def sandbox_behind(proxy: TroubledProxy, *arguments: str) -> Iterator[Behind]:
    with contextlib.ExitStack() as stack:
        stack.callback(proxy.close)
        sandbox = stack.enter_context(_running_behind(proxy, arguments))
        yield Behind(proxy, sandbox.target_file, sandbox.target)


@contextlib.contextmanager
def _running_behind(proxy: TroubledProxy, arguments: Sequence[str], tries: int = 5) -> Iterator[RunningSandbox]:
    """The proxy must know the sandbox's port before it listens: if somebody took it meanwhile, another is chosen."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        proxy.upstream = probe.getsockname()
    with contextlib.ExitStack() as stack:
        try:
            own = ("--port", str(proxy.upstream[1]), "--url", proxy.url)
            sandbox = stack.enter_context(running_sandbox(*own, *arguments))
        except SandboxRefusedError as error:
            if tries == 1 or "in use" not in str(error):
                raise
            sandbox = stack.enter_context(_running_behind(proxy, arguments, tries - 1))
        yield sandbox


@pytest.fixture(scope="session")
def _shared_behind() -> Iterator[Behind]:
    with sandbox_behind(TroubledProxy()) as behind:
        yield behind


@pytest.fixture
def behind(_shared_behind: Behind) -> Iterator[Behind]:
    """A sandbox behind a healthy proxy; the same sandbox for many tests."""
    _shared_behind.proxy.reset()
    yield _shared_behind
    _shared_behind.proxy.reset()
