"""Official documents: imported from a file or a URL, checked for updates, compared with ours."""

import http.server
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.once import AS_COMPILED

REFUSED = "http://127.0.0.1:9/openapi.yaml"  # nobody listens on the discard port


@pytest.fixture
def checkout(tmp_path: Path, repository: Path) -> Path:
    """A copy of the project that a test may modify."""
    return copied(repository, tmp_path)


def copied(repository: Path, into: Path) -> Path:
    for name in ("harness", "specs", "scenarios"):
        shutil.copytree(repository / name, into / name, ignore=AS_COMPILED)
    return into


@pytest.fixture
def official(checkout: Path) -> Path:
    """An official document: like ours, with a field removed, another shortened and nothing marked as personal."""
    return as_official(checkout)


def as_official(checkout: Path) -> Path:
    text = (checkout / "specs" / "kravogbetalinger" / "v1" / "openapi.yaml").read_text(encoding="utf-8")
    text = text.replace("x-provestand-sensitive: true", "x-unmarked: true").replace("maxLength: 11", "maxLength: 10")
    path = checkout / "official-1.2.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def pinned(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which that document is pinned. Read-only."""
    checkout = copied(repository, tmp_path_factory.mktemp("pinned"))
    code, stdout, _ = specs(checkout, "pin", "kravogbetalinger", "v1", "--from", str(as_official(checkout)))
    assert code == 0, stdout
    assert stdout.startswith("kravogbetalinger/v1/official.yaml: ")
    return checkout


class Upstream(http.server.BaseHTTPRequestHandler):
    """Serves one document with an ETag, and supports 304."""

    content = b""

    def do_GET(self):
        etag = f'"{len(self.content)}"'
        if self.headers.get("If-None-Match") == etag:
            self.send_response(304)
            self.end_headers()
            return
        self.send_response(200 if self.content else 404)
        self.send_header("ETag", etag)
        self.send_header("Content-Length", str(len(self.content)))
        self.end_headers()
        self.wfile.write(self.content)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def upstream() -> Iterator[tuple[type[Upstream], str]]:
    handler = type("Handler", (Upstream,), {})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield handler, f"http://127.0.0.1:{server.server_address[1]}/openapi.yaml"
    server.shutdown()
    server.server_close()
    thread.join()


def specs(checkout: Path, *arguments: str) -> tuple[int, str, str]:
    environment = os.environ | {"PYTHONPATH": str(checkout)}
    command = [sys.executable, "-m", "harness", "specs", *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=checkout, env=environment)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


def test_an_official_file_is_pinned_beside_ours_and_used(pinned):
    assert specs(pinned, "verify")[0] == 0
    assert specs(pinned, "list")[1].splitlines()[0].endswith(", official")


def test_what_ours_marks_as_personal_stays_marked(pinned, repository):
    code = "from harness.contract.pinned import contract_of\n"
    code += "print(len(contract_of('kravogbetalinger').document.sensitive_names))\n"
    before, after = (
        subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            capture_output=True,
            text=True,
            cwd=project,
            env=os.environ | {"PYTHONPATH": str(project)},
        ).stdout
        for project in (repository, pinned)
    )

    assert int(after) >= int(before) > 0


def test_ours_and_the_official_one_are_compared(pinned):
    code, stdout, _ = specs(pinned, "diff", "kravogbetalinger", "v1")

    assert code in {0, 1}
    assert "openapi.yaml" in stdout.splitlines()[0]
    assert "official.yaml" in stdout.splitlines()[0]


def test_one_document_cannot_be_compared_with_itself(checkout):
    code, _, stderr = specs(checkout, "diff", "kravogbetalinger", "v1")

    assert code == 2
    assert "kravogbetalinger v1 has only one document." in stderr


@pytest.mark.by_day(2)
@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("openapi: 3.0.3\ninfo: {title: x}\npaths: {}\n", "it is not valid OpenAPI: #/"),
        ("a: [", "it is neither JSON nor YAML"),
        ("a: 1", "it is not an OpenAPI document"),
        ("openapi: 3.0.3\ninfo: {title: x, version: '1'}\npaths: {/a: {$ref: 'b.yaml'}}\n", "Bundle it into one file."),
    ],
)
def test_what_is_no_valid_openapi_is_not_pinned(checkout, content, problem):
    (checkout / "bad.yaml").write_text(content)

    code, _, stderr = specs(checkout, "pin", "kravogbetalinger", "v1", "--from", "bad.yaml")

    assert code == 2
    assert problem in stderr.splitlines()[-1]
    assert not (checkout / "specs" / "kravogbetalinger" / "v1" / "official.yaml").exists()
    assert specs(checkout, "verify")[0] == 0


def test_an_unknown_api_is_refused(checkout, official):
    code, _, stderr = specs(checkout, "pin", "trekk", "v1", "--from", str(official))

    assert code == 2
    assert "there is no API " in stderr


def test_from_an_address_and_asked_after(checkout, official, upstream):
    handler, url = upstream
    handler.content = official.read_bytes()

    pinned = specs(checkout, "pin", "kravogbetalinger", "v1", "--from", url)
    current = specs(checkout, "outdated")
    handler.content += b"# more\n"
    changed = specs(checkout, "outdated")
    handler.content = b""
    offline = specs(checkout, "outdated")

    assert pinned[0] == 0, pinned
    assert (current[0], changed[0], offline[0]) == (0, 1, 3)
    assert "could not be asked: " in offline[1]
    assert "kravogbetalinger/v1/official.yaml: current (pinned 20" in current[1]
    assert f"pin it again from {url}" in changed[1]


def test_an_address_that_does_not_answer_is_3(checkout):
    code, _, stderr = specs(checkout, "pin", "kravogbetalinger", "v1", "--from", REFUSED)

    assert code == 3
    assert stderr.startswith(f"Error: {REFUSED}: it cannot be fetched (")
    assert len(stderr.splitlines()) == 1


def test_without_an_official_document_there_is_nobody_to_ask(checkout):
    code, stdout, _ = specs(checkout, "outdated")

    assert code == 0
    assert stdout.startswith("No official document is pinned")
