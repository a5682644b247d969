"""The sockets beneath httpx: each exchange has a deadline and a maximum head size, and the end of a run closes them.

httpx limits only the pauses between two pieces: it would read a slow drip of headers or interim answers for ever.
"""

import contextlib
import re
import socket
import ssl
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

from harness.auth.trouble import TooLargeError, TotalTimeoutError
from harness.http.interruption import Interruption

if TYPE_CHECKING:
    # Loaded when the first connection is opened, as in httpx: importing it takes as long as a command takes to start.
    import httpcore

LARGEST_HEAD = 128 * 1024
"""Bytes before the body, interim answers (1xx) included; servers send a few hundred."""

_END_OF_HEAD = re.compile(rb"\n\r?\n")
_INTERIM = re.compile(rb"HTTP/\d\.\d 1\d\d")
_PIECE = 64 * 1024


class TimedStream:
    """Like httpcore's NetworkStream, with a deadline per exchange, which begins with the first write after a read.

    Raises TotalTimeoutError, TooLargeError and InterruptedCallError in addition to what httpcore raises.
    """

    def __init__(self, inner: "httpcore.NetworkStream", total: float, interruption: Interruption) -> None:
        self._inner = inner
        self._total = total
        self._interruption = interruption
        self._is_sending = False
        self._is_spent = False
        self._begin()
        interruption.watch(self)

    def _begin(self) -> None:
        self.deadline = time.monotonic() + self._total
        self._head: bytearray | None = bytearray()
        self._length_of_head = 0
        self._tail = b""
        self.received = 0

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if not self._is_sending:
            self._is_sending = True
            self._begin()
        self._interruption.ensure_going_on()
        for start in range(0, len(buffer), _PIECE):
            self._inner.write(buffer[start : start + _PIECE], self._left(timeout))

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._is_sending = False
        try:
            data = self._inner.read(max_bytes, self._left(timeout))
        except Exception:
            self._left(timeout)  # raises if it was the total timeout
            raise
        finally:
            self._interruption.ensure_going_on()
        self.received += len(data)
        self._tail = (self._tail + data[-4:])[-4:]
        if self._head is not None:
            self._head += data
            if len(self._head) > LARGEST_HEAD:
                raise TooLargeError(f"more than {LARGEST_HEAD // 1024} kB arrived before the body: not read further")
        return data

    def _left(self, timeout: float | None) -> float:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TotalTimeoutError(f"the answer took longer than {self._total:g} s in total")
        return left if timeout is None else min(left, timeout)

    def end_head(self) -> None:
        """Marks the end of the head: everything after it is the body."""
        if self._head is not None:
            self._length_of_head = _length_of_head(bytes(self._head))
            self._head = None

    @property
    def received_of_body(self) -> int:
        """Bytes received on the wire after the head."""
        return self.received - self._length_of_head

    @property
    def ends_in_blank_line(self) -> bool:
        """Whether an empty line came last, as after the last chunk of a body."""
        return self._tail.endswith((b"\n\r\n", b"\n\n"))

    def ensure_in_time(self) -> None:
        """Raises TotalTimeoutError once the total timeout is over."""
        self._left(None)

    def spend(self) -> None:
        """Prevents the connection from being reused."""
        self._is_spent = True

    def shut_down(self) -> None:
        """Wakes a thread that waits for the other end."""
        connection = self._inner.get_extra_info("socket")
        if connection is not None:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)  # that of TLS would also discard its state

    def close(self) -> None:
        self._interruption.forget(self)
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> Self:
        self._interruption.forget(self)
        inner = self._interruption.done(lambda: self._inner.start_tls(ssl_context, server_hostname, timeout))
        return type(self)(inner, self._total, self._interruption)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore's signature
        # httpcore does not reuse an idle connection that is readable.
        return True if info == "is_readable" and self._is_spent else self._inner.get_extra_info(info)


class TimedBackend:
    """Like httpcore's NetworkBackend: opens connections with a total timeout."""

    def __init__(self, inner: "httpcore.NetworkBackend", total: float, interruption: Interruption) -> None:
        self._inner = inner
        self._total = total
        self._interruption = interruption

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: "Iterable[httpcore.SOCKET_OPTION] | None" = None,
    ) -> TimedStream:
        stream = self._interruption.done(
            lambda: self._inner.connect_tcp(host, port, timeout, local_address, socket_options)
        )
        return TimedStream(stream, self._total, self._interruption)

    def sleep(self, seconds: float) -> None:
        self._interruption.pause(seconds)


def _length_of_head(received: bytes) -> int:
    """Bytes of the final answer's head, including the interim answers before it."""
    length = 0
    while True:
        end = _END_OF_HEAD.search(received, length)
        if end is None:
            return len(received)
        is_interim = _INTERIM.match(received, length) is not None
        length = end.end()
        if not is_interim:
            return length
