"""Runs the command in a process forked from one that has already imported what commands need.

Most of the CPU time of a short command is the start of Python and its imports. The result is still a separate process:
its exit code, streams, folder and environment are those of a command that a user starts. Tests about the start itself
(options of Python, PYTHON* variables, encodings, another installation) use `python -m harness`.
"""

import atexit
import contextlib
import gc
import importlib
import json
import os
import pkgutil
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import IO, Self

LIBRARIES = (
    "cryptography.x509", "h11", "harfile", "httpx", "hypothesis.stateful", "jinja2", "joserfc.jwt", "jsonschema",
    "jsonschema_rs", "jwt", "lxml.etree", "markdown_it", "openapi_spec_validator", "pytest", "rich.table",
    "schemathesis.openapi.checks", "starlette.applications", "tomli_w", "uvicorn", "yaml",
)  # fmt: skip
OF_PYTEST = ("harness.suite.plugin", "harness.suite.client_plugin")
"""Plugins: pytest imports them itself, because it rewrites their assertions."""


class Prepared:
    """A process that was started here, with the part of Popen's interface that tests need."""

    def __init__(self, arguments: Sequence[str], cwd: Path, env: Mapping[str, str], streams: Sequence[int]):
        self._line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._line.connect(str(_stable()))
        order = {"arguments": arguments, "cwd": str(cwd), "env": dict(env)}
        socket.send_fds(self._line, [json.dumps(order).encode()], streams)
        self.pid = int(self._line.recv(64))
        self.returncode: int | None = None

    def poll(self) -> int | None:
        with contextlib.suppress(TimeoutError):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, or the negative number of the signal that ended it; raises TimeoutError."""
        if self.returncode is None:
            if not select.select([self._line], [], [], timeout)[0]:
                raise TimeoutError
            self.returncode = int(self._line.recv(64))
            self._line.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.poll() is None:
            self.kill()
            self.wait()


def start(
    *arguments: object,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    stdin: int | None = None,
    stdout: IO[bytes] | None = None,
    stderr: IO[bytes] | None = None,
) -> Prepared:
    """Starts `provestand arguments`, without input, and without output unless streams are given."""
    with Path(os.devnull).open("r+b") as nothing:
        outputs = [each.fileno() for each in (stdout or nothing, stderr or nothing)]
        streams = [nothing.fileno() if stdin is None else stdin, *outputs]
        return Prepared([*map(str, arguments)], cwd, os.environ if env is None else env, streams)


def run(
    *arguments: object,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: str = "",
    timeout: float = 300,
) -> "subprocess.CompletedProcess[str]":
    """Runs `provestand arguments` to its end; raises TimeoutError."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        given.write(stdin.encode())
        given.seek(0)
        streams = {"stdin": given.fileno(), "stdout": stdout, "stderr": stderr}
        with start(*arguments, cwd=cwd or Path.cwd(), env=env, **streams) as process:
            code = process.wait(timeout)
        printed = []
        for stream in (stdout, stderr):
            stream.seek(0)
            printed.append(stream.read().decode())
    return subprocess.CompletedProcess(["provestand", *map(str, arguments)], code, *printed)


@contextlib.contextmanager
def sandbox(target: Path, *arguments: str) -> Iterator[tuple[Path, Prepared]]:
    """A sandbox on a free port, described in a file; it ends with the process that started it, however that ends."""
    source, ours = os.pipe()
    log = target.with_suffix(".log")
    try:
        with log.open("wb") as stderr:
            wanted = ("--port", "0", "--write-target", str(target), "--until-stdin-closes", *arguments)
            process = start("sandbox", *wanted, cwd=Path.cwd(), stdin=source, stderr=stderr)
        with process:
            _await(target, process, log)
            yield target, process
            process.terminate()
            process.wait(60)
    finally:
        os.close(source)
        os.close(ours)


def _await(target: Path, process: Prepared, log: Path) -> None:
    deadline = time.monotonic() + 60
    while not target.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)  # until a condition holds, with a deadline
    assert target.exists(), log.read_text()


@cache
def _stable() -> Path:
    """The address at which the forking process takes orders; it lives as long as this process."""
    address = Path(tempfile.mkdtemp(prefix="prepared-")) / "orders"
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(str(address))
        listener.listen(64)
        command = [sys.executable, "-P", str(Path(__file__)), str(listener.fileno())]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=[listener.fileno()])
    atexit.register(_close, process, address)
    return address


def _close(process: "subprocess.Popen[bytes]", address: Path) -> None:
    process.communicate()
    address.unlink()
    address.parent.rmdir()


def _modules_of_ours() -> list[str]:
    import harness

    walked = (module.name for module in pkgutil.walk_packages(harness.__path__, "harness."))
    return [name for name in walked if not name.endswith("__main__") and name not in OF_PYTEST]


def _serve(listener: socket.socket) -> tuple[dict[str, object], list[int]] | None:
    """Forks a process for each order and reports how it ended.

    In that process it returns the order; at the end None.
    """
    running: dict[int, tuple[int, socket.socket]] = {}
    while True:
        ready = select.select([sys.stdin, listener, *running], [], [])[0]
        for descriptor in running.keys() & set(ready):
            pid, line = running.pop(descriptor)
            code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            os.close(descriptor)
            with contextlib.suppress(OSError), line:  # the caller may have gone
                line.send(str(code).encode())
        if listener in ready:
            line = listener.accept()[0]
            order, streams, _, _ = socket.recv_fds(line, 1 << 20, 3)
            pid = os.fork()
            if pid == 0:
                line.close()
                listener.close()
                for descriptor, (_, other) in running.items():
                    os.close(descriptor)
                    other.close()
                return json.loads(order), streams
            for stream in streams:
                os.close(stream)
            running[os.pidfd_open(pid)] = pid, line
            line.send(str(pid).encode())
        if sys.stdin in ready:
            return None


def _become(order: dict, streams: list[int]) -> None:
    """Turns this process into the one that was ordered."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(order["env"])
    os.chdir(order["cwd"])
    sys.path[:0] = [order["cwd"], *filter(None, order["env"].get("PYTHONPATH", "").split(os.pathsep))]
    sys.argv = ["provestand", *order["arguments"]]
    signal.signal(signal.SIGINT, signal.default_int_handler)
    runpy.run_module("harness", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is meant for the tests, which then close our input
    orders = socket.socket(fileno=int(sys.argv[1]))
    for name in (*LIBRARIES, *_modules_of_ours()):
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    ordered = _serve(orders)
    if ordered is not None:
        _become(*ordered)
