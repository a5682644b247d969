"""Holds answers back while a file exists, so that calls are still in flight when somebody acts, on any machine.

The file selects them: an answer waits if one of its words is in the path of the call, or names a fault that is on; an
empty file holds back every answer of an API. Removing the file releases them.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from harness.sandbox.incoming import raw_path

PAUSE = 0.02


class Held:
    """Wraps one API; `faults` returns the names of those that are on."""

    def __init__(self, app: ASGIApp, file: Path | None, faults: Callable[[], frozenset[str]]) -> None:
        self._app = app
        self._file = file
        self._faults = faults
        self.waiting = 0
        """The number of answers held back now."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.waiting += 1
        try:
            while self._holds(scope):
                await asyncio.sleep(PAUSE)
        finally:
            self.waiting -= 1
        await self._app(scope, receive, send)

    def _holds(self, scope: Scope) -> bool:
        if self._file is None or scope["type"] != "http" or not self._file.exists():
            return False
        words = self._file.read_text(encoding="utf-8").split()
        return not words or any(word in raw_path(scope) or word in self._faults() for word in words)
