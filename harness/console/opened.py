"""Connects the console to a sandbox that is described by a target file."""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml
from starlette.types import ASGIApp, Receive, Scope, Send

from harness.console.bell import Bell
from harness.console.call_log import CallLog
from harness.console.judging import Judging
from harness.console.pages import Console
from harness.console.sandbox_api import SandboxApi
from harness.console.watcher import Watcher
from harness.targets.configuration import load_target
from harness.targets.model import Target

OWN_API = Path(__file__).with_name("own_api.yaml")


class ConsoleDoor:
    """Given to a sandbox before it is made: answers requests for the pages and receives the clients' calls."""

    def __init__(self) -> None:
        self._log = CallLog()
        self._pages: ASGIApp | None = None
        self._bell = Bell()

    @property
    def watch(self) -> Callable[[Mapping[str, Any]], None]:
        """Called with every call of a client."""
        return self._log.take

    def changed(self) -> None:
        """Reports that someone changed a switch."""
        self._bell.ring("switches")

    @property
    def own_api(self) -> Mapping[str, Any]:
        """The pages' addresses for programs, as part of an OpenAPI document."""
        document: Mapping[str, Any] = yaml.safe_load(OWN_API.read_text(encoding="utf-8"))
        return document

    def open(self, sandbox: ASGIApp, target: str, base: str) -> None:
        """Starts answering; `sandbox` is the finished application, `target` its description as TOML."""
        watcher = Watcher(self._log, Judging(_target_in(target)))
        self._pages = Console(self._log, watcher, SandboxApi(sandbox, base), bell=self._bell).app()

    def close(self) -> None:
        """The sandbox is about to end."""
        self._bell.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self._pages is not None  # noqa: S101 - opened before the first request
        await self._pages(scope, receive, send)


def _target_in(text: str) -> Target:
    with tempfile.TemporaryDirectory(prefix="provestand-") as folder:
        path = Path(folder) / "sandbox.toml"
        path.write_text(text, encoding="utf-8")
        return load_target(str(path), Path(folder), environ={})
