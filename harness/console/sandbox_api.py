"""Calls the sandbox's own API, like any program: the pages have no other knowledge of the sandbox."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from starlette.types import ASGIApp


class NotDoneError(Exception):
    """The sandbox refused a request; the text is the sandbox's."""


@dataclass(frozen=True)
class SandboxApi:
    """The API under `/sandbox/` of one sandbox, called in process, without a socket."""

    app: ASGIApp
    base: str

    async def ask(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - any JSON value
        """The JSON answer, None without one; raises NotDoneError."""
        response = await self._answer(method, path, body)
        return response.json() if response.content else None

    async def text(self, path: str) -> str:
        """The answer at an address as text, JSON indented; raises NotDoneError."""
        response = await self._answer("GET", path, None)
        if "json" in response.headers.get("content-type", ""):
            return json.dumps(response.json(), ensure_ascii=False, indent=2)
        return response.text

    async def _answer(self, method: str, path: str, body: object) -> httpx.Response:
        transport = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(transport=transport, base_url=self.base) as http:
            response = await http.request(method, path, json=body)
        if response.status_code >= 400:
            raise NotDoneError(_problem(response))
        return response


def _problem(response: httpx.Response) -> str:
    try:
        told: Mapping[str, object] = response.json()
        return str(told["problem"])
    except (ValueError, KeyError, TypeError):
        return f"status {response.status_code}: {response.text[:300]}"
