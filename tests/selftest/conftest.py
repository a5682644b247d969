"""A sandbox in a separate process, for runs that did not start it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests import prepared


@contextmanager
def running(file: Path, *arguments: str) -> Iterator[Path]:
    with prepared.sandbox(file, "--no-page", *arguments):
        yield file


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """Starts a sandbox with the test's own arguments; its target file says where."""
    with ExitStack() as stack:
        yield lambda *arguments: stack.enter_context(running(tmp_path / "sandbox.toml", *arguments))
