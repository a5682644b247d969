"""What a fault sees of a call, and the answer it may change."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Call:
    """A call as it came in. `operation` is the service's own name for it, or empty."""

    operation: str
    method: str
    path: str
    query: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """An answer as bytes. Header names keep their case; `delay` is in seconds."""

    status: int
    headers: Headers
    body: bytes
    delay: float = 0.0

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def with_header(self, name: str, value: str) -> Self:
        """With this header, replacing any of the same name."""
        if self.header(name) == value:
            return self
        return replace(self, headers=(*self.without_header(name).headers, (name, value)))

    def without_header(self, name: str) -> Self:
        return replace(self, headers=tuple(pair for pair in self.headers if pair[0].lower() != name.lower()))

    def with_status(self, status: int) -> Self:
        return replace(self, status=status)

    def with_body(self, body: bytes) -> Self:
        """With another body and the matching Content-Length."""
        if body == self.body:
            return self
        return replace(self, body=body).with_header("Content-Length", str(len(body)))

    def delayed(self, seconds: float) -> Self:
        return replace(self, delay=seconds)

    @property
    def is_json(self) -> bool:
        return bool(self.body) and "json" in (self.header("Content-Type") or "")

    @property
    def is_xml(self) -> bool:
        return bool(self.body) and "xml" in (self.header("Content-Type") or "")

    def json(self) -> Any:  # noqa: ANN401 - any JSON value
        return json.loads(self.body)

    def with_json(self, value: object) -> Self:
        return self.with_body(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def as_answer(response: Response) -> Answer:
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.raw_headers)
    return Answer(response.status_code, headers, bytes(response.body))


class AsResponse(Response):
    """Sends an answer unchanged, headers included, after its delay."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.body, answer.status)
        self._delay = answer.delay
        self.raw_headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(self._delay)
        await super().__call__(scope, receive, send)
