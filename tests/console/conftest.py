"""A sandbox with its pages, in a separate process, and a client that calls it."""

import re
import uuid
from collections.abc import Iterator

import httpx
import pytest

from tests.sandbox.conftest import RunningSandbox, running
from tests.sandbox.utleggsbegjaering.conftest import make_sender  # noqa: F401 - a fixture

PERIOD = "?fraOgMed=2026-01-01&tilOgMed=2026-06-30"
ORGANISATION = "313367002"


class Seen:
    """One sandbox with its pages, as programs and people use it."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        self.sandbox, self.base, self.http = sandbox, sandbox.base, sandbox.http

    def call(self, operation: str = "aapnekrav", token: str | None = None, query: str = "", **headers: str):
        """As a statutory auditor, with everything that a well-behaved client sends."""
        sent = {
            "Authorization": f"Bearer {token or self.token()}",
            "Accept": "application/json",
            "Korrelasjonsid": str(uuid.uuid4()),
        }
        url = f"{self.sandbox.api['base_url']}/lovfestetrevisjon/{ORGANISATION}/{operation}{query}"
        return self.http.get(url, headers=sent | headers)

    def token(self, **claims: object) -> str:
        return self.sandbox.token(**claims)

    def page(self, path: str) -> str:
        answer = self.http.get(self.base + path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def page_token(self, path: str = "/console/what-if") -> str:
        return re.search(r'name="page_token" value="([^"]+)"', self.page(path))[1]

    def press(self, deed: str, *, headers: dict[str, str] | None = None, **fields: str) -> httpx.Response:
        """Submits a form of a page, like a browser without scripts."""
        form = {"page_token": self.page_token(), "back": "/console/what-if", **fields}
        return self.http.post(f"{self.base}/console/do/{deed}", data=form, headers=headers)

    def switches(self) -> dict:
        return self.http.get(f"{self.base}/sandbox/switches").json()

    def reset(self) -> None:
        self.http.post(f"{self.base}/sandbox/reset")


@pytest.fixture(scope="session")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    with running(tmp_path_factory.mktemp("console"), "--page") as sandbox:
        yield Seen(sandbox)


@pytest.fixture
def seen(shown: Seen) -> Iterator[Seen]:
    """The sandbox with nothing switched on."""
    yield shown
    shown.reset()
