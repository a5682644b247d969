"""Serves the sandbox on a loopback socket until it is stopped."""

import asyncio
import contextlib
import gc
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
"""Seconds an idle connection stays open, as in nginx: longer than clients keep one, so that the client closes it."""


_log = logging.getLogger("uvicorn.error")
_uploads_log = logging.getLogger("python_multipart")


class CannotServeError(Exception):
    """The socket or a file is unavailable; the text says why and how to fix it."""


def listening_socket(host: str, port: int) -> socket.socket:
    """A bound socket on a loopback address; raises CannotServeError."""
    try:
        address = ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError as error:
        raise CannotServeError(f"--host {host}: it is not an IP address. Use 127.0.0.1 or ::1.") from error
    if not address.is_loopback:
        raise CannotServeError(f"--host {host}: the sandbox listens on loopback addresses only. Use 127.0.0.1 or ::1.")
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    # asyncio disables Nagle's algorithm only if the protocol is explicit; otherwise every answer takes 40 ms longer.
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
    """Serves until SIGINT, SIGTERM or, if watched, the end of standard input. Calls `started` once it listens, and
    `ending` before it waits for pending answers.

    `chain` is a PEM file with certificate and key, for HTTPS.
    """
    for log in (_log, _uploads_log):
        log.setLevel(logging.ERROR)  # bad requests are not worth a log line
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
        _log.setLevel(logging.CRITICAL)  # a call cut short by the shutdown is not an error and needs no traceback
        ending()
        server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows
            loop.add_signal_handler(number, stop)
    if watch_stdin:
        threading.Thread(target=_wait_for_end_of_stdin, args=(loop, stop), daemon=True).start()
    gc.freeze()  # what is loaded by now lives until the end, and need not be searched for garbage
    started()
    await server.serve(sockets=[bound])


def _wait_for_end_of_stdin(loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> None:
    while os.read(sys.stdin.fileno(), 1024):  # unbuffered: a held buffer lock aborts the interpreter's exit
        pass
    with contextlib.suppress(RuntimeError):  # the loop is already closed
        loop.call_soon_threadsafe(stop)


class Dated:
    """Sets the Date header by the sandbox's own clock, so that a client can notice a difference from its own."""

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
    """Leaves signals to us: uvicorn raises them again on exit, which would not be quiet."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def write_whole(path: Path, text: str) -> None:
    """Writes a file atomically; raises CannotServeError."""
    aside = path.with_name(f".{path.name}.new")
    try:
        aside.write_text(text, encoding="utf-8")
        aside.replace(path)
    except OSError as error:
        raise CannotServeError(
            f"--write-target {path}: it cannot be written ({error.strerror}). Name another file."
        ) from error
