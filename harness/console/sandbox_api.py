"""Asks the sandbox by its own API, as any program can: the pages know nothing of it that a program could not know."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from starlette.types import ASGIApp


class NotDoneError(Exception):
    """The sandbox refuses what was asked; the text is its own."""


@dataclass(frozen=True)
class SandboxApi:
    """The API below `/sandbox/` of one sandbox, without a socket between."""

    app: ASGIApp
    base: str

    async def ask(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - any JSON value
        """The JSON answer, None without one; raises NotDoneError."""
        response = await self._answer(method, path, body)
        return response.json() if response.content else None

    async def text(self, path: str) -> str:
        """What is told at an address, as text, JSON laid out in lines; raises NotDoneError."""
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
