"""Utleggsbegjæring over raw HTTP: a sender with tokens, whose requests cite attachments that are uploaded first."""

import copy
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

SCOPE = "skatteetaten:utleggsbegjaering"
VENDOR = "312345676"
PDF = b"%PDF-1.4 an example"
EXAMPLE = json.loads((Path(__file__).parent / "begjaering.json").read_text())


@dataclass
class Sender:
    """An organisation that submits to one sandbox; with a fault, all its calls meet it."""

    sandbox: Any
    bearer: str
    fault: str = ""

    @property
    def api(self) -> dict[str, Any]:
        return self.sandbox.target["apis"]["utleggsbegjaering"]

    def call(self, method: str, path: str, **kwargs: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.bearer}"} | kwargs.pop("headers", {})
        if self.fault:
            headers["Provestand-Fault"] = f"utleggsbegjaering/{self.fault}"
        return self.sandbox.http.request(method, self.api["base_url"] + path, headers=headers, **kwargs)

    def submit(self, begjaering: Any) -> httpx.Response:
        return self.call("POST", "", json=begjaering)

    def validate(self, begjaering: Any) -> httpx.Response:
        return self.call("POST", "/valider", json=begjaering)

    def change(self, referanse: str, begjaering: Any) -> httpx.Response:
        return self.call("PUT", f"/{referanse}", json=begjaering)

    def filed(self, begjaering: Any) -> str:
        answer = self.submit(begjaering)
        assert answer.status_code == 201, answer.text
        return answer.json()["eksternSaksreferanse"]

    def upload(
        self, referanse: str, filnavn: str = "fil.pdf", content: bytes = PDF, kind: str = "application/pdf"
    ) -> httpx.Response:
        form = {"innsenderReferanse": referanse, "filnavn": filnavn}
        return self.call("POST", "/vedlegg", data=form, files={"fil": (filnavn, content, kind)})

    def uploaded(self, referanse: str, filnavn: str = "fil.pdf", content: bytes = PDF) -> str:
        answer = self.upload(referanse, filnavn, content)
        assert answer.status_code == 201, answer.text
        return answer.json()["uuid"]

    def begjaering(self) -> Any:
        """A valid request with its own reference and attachments."""
        begjaering = copy.deepcopy(EXAMPLE)
        begjaering["innsenderReferanse"] = f"PRØVE-{uuid.uuid4()}"
        vedlegg = self.uploaded(begjaering["innsenderReferanse"])
        _cite(begjaering, vedlegg)
        return begjaering

    def control(self, method: str, path: str, body: Any = None) -> httpx.Response:
        return self.sandbox.http.request(method, f"{self.api['control']}/{path}", json=body)

    def counts(self) -> Any:
        return self.control("GET", "tall").json()

    def status(self, referanse: str) -> Any:
        return self.call("GET", f"/status/{referanse}").json()


def _cite(node: Any, vedlegg: str) -> None:
    if isinstance(node, dict):
        if "uuid" in node:
            node["uuid"] = vedlegg
        for child in node.values():
            _cite(child, vedlegg)
    elif isinstance(node, list):
        for child in node:
            _cite(child, vedlegg)


def conditions(answer: httpx.Response) -> list[str]:
    """The codes of a 422, sorted."""
    assert answer.status_code == 422, answer.text
    return sorted(each["kode"] for each in answer.json()["kontrollutslag"])


@pytest.fixture(scope="session")
def make_sender() -> Callable[..., Sender]:
    """Makes the vendor a sender in a sandbox, or another organisation by a minted token."""

    def make(sandbox: Any, organisation: str = VENDOR) -> Sender:
        token = sandbox.token(scope=SCOPE)
        if organisation != VENDOR:
            consumer = {"authority": "iso6523-actorid-upis", "ID": f"0192:{organisation}"}
            token = sandbox.mint(token, consumer=consumer)
        return Sender(sandbox, token)

    return make


@pytest.fixture
def sender(sandbox: Any, make_sender: Callable[..., Sender]) -> Sender:
    return make_sender(sandbox)


@pytest.fixture(scope="session")
def conditions_of() -> Callable[[httpx.Response], list[str]]:
    return conditions
