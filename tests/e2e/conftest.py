"""Runs of the real command against a real sandbox, each in its own process, and a liar in between."""

import json
import os
import subprocess
import sys
import threading
import tomllib
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from tests import prepared
from tests.once import made_once

PROVESTAND = [sys.executable, "-m", "harness"]
Lie = Callable[[str, int, bytes], bytes]


@dataclass(frozen=True)
class Finished:
    """A finished run."""

    code: int
    stdout: str
    stderr: str
    out: Path

    @property
    def verdict(self) -> dict[str, Any]:
        return json.loads((self.out / "verdict.json").read_text())

    @property
    def failed(self) -> list[str]:
        return [entry["id"] for entry in self.verdict["requirements"] if entry["status"] == "failed"]


def run(out: Path, *arguments: str, cwd: Path | None = None) -> Finished:
    wide = os.environ | {"COLUMNS": "200"}
    done = prepared.run("run", "--out", str(out), *arguments, cwd=cwd or out.parent, env=wide)
    return Finished(done.returncode, done.stdout, done.stderr, out)


@pytest.fixture(scope="session")
def clean_run(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Finished:
    """One default run from an empty folder, which many tests look at, in whatever process they run."""

    def make(folder: Path) -> None:
        command, wide = [*PROVESTAND, "run", "--out", "out"], os.environ | {"COLUMNS": "200"}
        done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder, env=wide, timeout=1200)
        (folder / "ended.json").write_text(json.dumps([done.returncode, done.stdout, done.stderr]))

    folder = made_once(tmp_path_factory, worker_id, "clean", make)
    return Finished(*json.loads((folder / "ended.json").read_text()), folder / "out")


@pytest.fixture
def lying(sandbox_file: Path, tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """Makes a target file that leads through a liar: it passes on every answer, altered by a function.

    With a status, it answers with that one whatever the service said.
    """
    servers: list[ThreadingHTTPServer] = []

    def target(lie: Lie, status: int | None = None, of: str = "kravogbetalinger") -> Path:
        content = tomllib.loads(sandbox_file.read_text())
        api = content["targets"]["sandbox"]["apis"][of]
        host, _, path = api["base_url"].removeprefix("http://").partition("/")
        server = ThreadingHTTPServer(("127.0.0.1", 0), _liar(f"http://{host}", lie, status))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        api["base_url"] = f"http://127.0.0.1:{server.server_port}/{path}"
        file = tmp_path / "liar.toml"
        file.write_text(tomli_w.dumps(content))
        return file

    yield target
    for server in servers:
        server.shutdown()
        server.server_close()


def _liar(upstream: str, lie: Lie, status: int | None) -> type[BaseHTTPRequestHandler]:
    class Liar(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # otherwise a body waits 40 ms for its headers to be acknowledged

        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            names = {"host", "content-length", "connection", "accept-encoding"}
            sent = {name: value for name, value in self.headers.items() if name.lower() not in names}
            request = urllib.request.Request(upstream + self.path, self.rfile.read(length) or None, sent)
            request.get_method = lambda: self.command
            try:
                answer = urllib.request.urlopen(request)
            except urllib.error.HTTPError as error:
                answer = error
            body = lie(self.path, answer.status, answer.read())
            self.send_response(status or answer.status)
            for name, value in answer.headers.items():
                if name.lower() not in {"content-length", "connection", "transfer-encoding", "date", "server"}:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"):
        setattr(Liar, f"do_{method}", Liar.handle_any)
    return Liar
