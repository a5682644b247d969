"""Exchanges written by hand as bytes, and a small contract to check them against."""

import datetime
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from hypothesis import HealthCheck, settings

from harness.contract.checks import Call, all_checks
from harness.contract.contract import Contract, load_contract
from harness.exchange import Exchange, Request, Response
from harness.targets.embedded import running_sandbox
from tests import prepared
from tests.once import made_once

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

# Tests must not depend on how fast or how busy this machine is.
settings.register_profile("any machine", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

# Hundreds of processes import the same modules; without cached bytecode each would compile them again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# A background job of a shell ignores SIGINT, and so would every process that a test starts and interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)

BASE = "https://api.example.test/v1"

OPENAPI = """
openapi: 3.0.3
info: {title: Bøker, version: 1.0.0}
paths:
  /hyller/{hylle}/boeker:
    get:
      operationId: boeker
      parameters: [{name: hylle, in: path, required: true, schema: {type: string}}]
      responses:
        '200':
          description: The books.
          content:
            application/json: {schema: {$ref: '#/components/schemas/Boeker'}}
            application/xml: {schema: {$ref: '#/components/schemas/Boeker'}}
        '401': {$ref: '#/components/responses/Feil'}
        '404': {$ref: '#/components/responses/Feil'}
components:
  responses:
    Feil:
      description: An error.
      content:
        application/json: {schema: {$ref: '#/components/schemas/Feil'}}
        application/xml: {schema: {$ref: '#/components/schemas/Feil'}}
  schemas:
    Boeker:
      type: object
      required: [hylle]
      properties:
        hylle: {type: string}
        bok: {type: array, items: {$ref: '#/components/schemas/Bok'}}
    Bok:
      type: object
      required: [tittel, pris]
      properties:
        tittel: {type: string}
        pris: {type: number}
        utgitt: {type: string, format: date}
        eier: {type: string, x-provestand-sensitive: true}
        innbinding: {type: string, enum: [hard, myk]}
        laaner: {x-provestand-private: true, allOf: [{$ref: '#/components/schemas/Person'}]}
        forlag: {$ref: '#/components/schemas/Person'}
    Person:
      type: object
      properties: {konto: {type: string, x-provestand-account: true}}
    Feil:
      type: object
      properties: {kode: {type: string}, melding: {type: string}, korrelasjonsid: {type: string}}
"""

ERRORS = """
[BOK-001]
status = 401
area = "authentication"
trigger = "no token"
triggerable = true
certainty = "published"
source = { document = "Bøker", date = 2026-01-01 }

[BOK-002]
status = 404
area = "unknown shelf"
trigger = "a shelf that is not there"
triggerable = true
certainty = "published"
source = { document = "Bøker", date = 2026-01-01 }

["BOK_MÅ_FINNES"]
kind = "condition"
status = 422
area = "shelf"
trigger = "a book that is not there"
triggerable = true
certainty = "published"
source = { document = "Bøker", date = 2026-01-01 }
"""


def _requirements() -> str:
    entry = 'theme = "T"\nlevel = "must"\ntext = "X."\nsource = { document = "B", date = 2026-01-01 }\n'
    entry += 'certainty = "published"\n'
    open_question = "\n[QUESTION-1]\n" + entry.replace('"must"', '"observe"') + 'question = "How?"\n'
    checks = "\n".join(f'[{name}]\n{entry}checks = ["{name}"]\n' for name in all_checks())
    return checks + f'[KODE-1]\n{entry}kode = "BOK-001"\n\n[KODE-2]\n{entry}kode = "BOK-002"\n' + open_question


LONG = ("e2e", "cli", "security", "clients", "console", "sandbox", "scenarios", "selftest", "reporting", "http")
"""Folders with tests that start processes, the slowest first."""


@pytest.hookimpl(tryfirst=True)  # before `-m` is evaluated
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """For a test marked `by_day(count)`, all cases but the first ones are nightly.

    Long tests come before short ones, so that none is still running in one process when the others have finished.
    """
    ranks = {folder: rank for rank, folder in enumerate(LONG)}
    items.sort(key=lambda item: ranks.get(item.path.relative_to(Path(__file__).parent).parts[0], len(LONG)))
    seen: Counter[str] = Counter()
    for item in items:
        by_day = item.get_closest_marker("by_day")
        if by_day is None:
            continue
        test = item.nodeid.partition("[")[0]
        seen[test] += 1
        if seen[test] > by_day.args[0]:
            item.add_marker("nightly")


@pytest.fixture(scope="session")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    """A contract in which each check is a requirement of the same name."""
    folder = tmp_path_factory.mktemp("specs") / "boeker"
    (folder / "v1").mkdir(parents=True)
    (folder / "v1" / "openapi.yaml").write_text(OPENAPI)
    (folder / "v1" / "errors.toml").write_text(ERRORS)
    (folder / "requirements.toml").write_text(_requirements())
    return load_contract(folder, "v1")


def exchange(
    status: int,
    body: bytes = b"",
    content_type: str = "application/json",
    *,
    path: str = "/hyller/7/boeker",
    method: str = "GET",
    sent: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    elapsed: float = 0.01,
) -> Exchange:
    """An exchange as bytes; an empty content type leaves the header out."""
    received = dict(headers or {}) | ({"Content-Type": content_type} if content_type else {})
    return Exchange(
        Request(method, BASE + path, tuple((sent or {}).items())),
        Response(status, tuple(received.items()), body),
        datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
        elapsed,
    )


@pytest.fixture
def wire() -> Callable[..., Exchange]:
    return exchange


@pytest.fixture
def verdict_of(contract: Contract) -> Callable[..., object]:
    """What one check says about an exchange: None if it does not apply, else the aspects of its breaches."""

    def judge(check: str, exchange: Exchange, earlier: Mapping[str, str] | None = None) -> list[str] | None:
        call = Call(exchange, contract, earlier or {})
        module = all_checks()[check]
        return [breach.aspect for breach in module.breaches(call)] if module.applies(call) else None

    return judge


@pytest.fixture(scope="session")
def repository() -> Path:
    return Path(__file__).parent.parent


def lie(path: str, status: int, body: bytes) -> bytes:
    """Breaks three promises: no korrelasjonsid in a 404, KB-999 instead of KB-004, `krav` without `skjermet`."""
    members = json.loads(body)
    if status == 404:
        members.pop("korrelasjonsid", None)
    if members.get("kode") == "KB-004":
        members["kode"] = "KB-999"
    if status == 200 and path.partition("?")[0].endswith("/krav"):
        members.pop("skjermet", None)
    return json.dumps(members).encode()


@contextmanager
def lying_proxy(upstream: str) -> Iterator[str]:
    """A server that passes calls on to an API and alters some answers; yields its base URL."""
    client = httpx.Client()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # otherwise a body waits 40 ms for its headers to be acknowledged

        def _pass_on(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            sent = [
                (name, value.encode("latin-1"))
                for name, value in self.headers.items()
                if name.lower() not in {"host", "connection"}
            ]
            answer = client.request(self.command, upstream + self.path, headers=sent, content=self.rfile.read(length))
            received = {
                name: value
                for name, value in answer.headers.items()
                if name not in {"content-encoding", "content-length", "transfer-encoding", "connection", "date"}
            }
            is_json = "json" in received.get("content-type", "") and answer.content
            body = lie(self.path, answer.status_code, answer.content) if is_json else answer.content
            self.send_response_only(answer.status_code)
            for name, value in received.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _pass_on  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        client.close()


def provestand(*arguments: object, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    """Runs the command to its end in a new process."""
    return prepared.run(*arguments, cwd=cwd)


@pytest.fixture(scope="session")
def run_command() -> Callable[..., "subprocess.CompletedProcess[str]"]:
    return provestand


@pytest.fixture(scope="session")
def sandbox_file() -> Iterator[Path]:
    """The target file of a sandbox in another process."""
    with running_sandbox() as sandbox:
        yield sandbox.target_file


@pytest.fixture(scope="session")
def lying_target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A target file that leads to a sandbox through a server that breaks three promises."""
    with running_sandbox() as sandbox:
        base = sandbox.target.apis["kravogbetalinger"].base_url
        with lying_proxy(base) as url:
            path = tmp_path_factory.mktemp("liar") / "liar.toml"
            path.write_text(sandbox.target_file.read_text().replace(base, url))
            yield path


OF_ONE_API = ("--api", "kravogbetalinger", "--suite", "scenarios")
"""Everything that answers the points of the vendor checklist; generated requests are in `nox -s conformance`."""


@pytest.fixture(scope="session")
def healthy_run(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The results folder of a run against the built-in sandbox. Read-only."""

    def make(folder: Path) -> None:
        provestand("run", *OF_ONE_API, "--workers", "2", "--out", folder / "out")

    return made_once(tmp_path_factory, worker_id, "healthy", make) / "out"


@pytest.fixture(scope="session")
def failed_run(tmp_path_factory: pytest.TempPathFactory, worker_id: str, request: pytest.FixtureRequest) -> Path:
    """The results folder of a run against the liar. Read-only."""

    def make(folder: Path) -> None:
        target = request.getfixturevalue("lying_target")
        provestand("run", "--target", target, *OF_ONE_API, "--out", folder / "out")

    return made_once(tmp_path_factory, worker_id, "failed", make) / "out"


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """The system's Chromium, headless and with a separate profile."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium on this machine; `apt-get install chromium` brings one")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield opened
        opened.close()
