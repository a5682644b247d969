"""Serves the sandbox on a loopback socket until it is told to stop."""

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from email.utils import formatdate
from ipaddress import ip_address
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from harness.sandbox.app import Sandbox
from harness.sandbox.clock import Clock
from harness.sandbox.connection import NumberedProtocol

KEEP_ALIVE = 75
"""Seconds that a connection may wait for its next call, as at the usual gateways (nginx): longer than clients keep one,
so that it is they who close it."""


_log = logging.getLogger("uvicorn.error")


class CannotServeError(Exception):
    """The socket or a file cannot be had; the text says why and how to fix it."""


def listening_socket(host: str, port: int) -> socket.socket:
    """A bound socket on a loopback address; raises CannotServeError."""
    try:
        address = ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError as error:
        raise CannotServeError(f"--host {host}: it is not an IP address. Use 127.0.0.1 or ::1.") from error
    if not address.is_loopback:
        raise CannotServeError(f"--host {host}: the sandbox listens on loopback addresses only. Use 127.0.0.1 or ::1.")
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    # The protocol is named because asyncio turns Nagle's algorithm off only where it is: 40 ms per answer otherwise.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((str(address), port))
        bound.listen(128)
    except OSError as error:
        bound.close()
        raise CannotServeError(f"--port {port}: {error.strerror}. Use another port, or 0 for a free one.") from error
    return bound


def base_url(bound: socket.socket, scheme: str = "http") -> str:
    host, port = bound.getsockname()[:2]
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def serve(
    sandbox: Sandbox,
    bound: socket.socket,
    started: Callable[[], None],
    *,
    watch_stdin: bool,
    chain: Path | None = None,
    ending: Callable[[], None] = lambda: None,
) -> None:
    """Serves until SIGINT, SIGTERM or, when watched, the end of standard input. Calls `started` once it listens, and
    `ending` before it waits for the answers that are under way.

    `chain` is a PEM file with certificate and key, for HTTPS.
    """
    _log.setLevel(logging.ERROR)  # what somebody sent is not worth a line
    config = uvicorn.Config(
        Dated(sandbox.app, sandbox.clock),
        http=NumberedProtocol,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        date_header=False,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=1,
        ssl_certfile=chain,
    )
    asyncio.run(_serve(_Server(config), bound, started, ending, watch_stdin=watch_stdin))


async def _serve(
    server: uvicorn.Server,
    bound: socket.socket,
    started: Callable[[], None],
    ending: Callable[[], None],
    *,
    watch_stdin: bool,
) -> None:
    loop = asyncio.get_running_loop()

    def stop() -> None:
        _log.setLevel(logging.CRITICAL)  # a call that the end cuts short is not a mistake, and needs no trace
        ending()
        server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows
            loop.add_signal_handler(number, stop)
    if watch_stdin:
        threading.Thread(target=_wait_for_end_of_stdin, args=(loop, stop), daemon=True).start()
    started()
    await server.serve(sockets=[bound])


def _wait_for_end_of_stdin(loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> None:
    while os.read(sys.stdin.fileno(), 1024):  # what is buffered is locked at the interpreter's end, which then aborts
        pass
    with contextlib.suppress(RuntimeError):  # the loop is closed already
        loop.call_soon_threadsafe(stop)


class Dated:
    """Says in the Date header what the sandbox's own clock shows, so that a client can see that its own differs."""

    def __init__(self, app: ASGIApp, clock: Clock) -> None:
        self._app = app
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = formatdate(self._clock.timestamp(), usegmt=True)
                message["headers"] = [*message.get("headers", ()), (b"date", date.encode())]
            await send(message)

        await self._app(scope, receive, send_dated)


class _Server(uvicorn.Server):
    """Leaves signals to us: uvicorn raises them again at its end, which would not be a quiet one."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def write_whole(path: Path, text: str) -> None:
    """Writes a file so that it appears with all its content or not at all; raises CannotServeError."""
    aside = path.with_name(f".{path.name}.new")
    try:
        aside.write_text(text, encoding="utf-8")
        aside.replace(path)
    except OSError as error:
        raise CannotServeError(
            f"--write-target {path}: it cannot be written ({error.strerror}). Name another file."
        ) from error
