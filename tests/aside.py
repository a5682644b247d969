"""Runs coroutines in another thread: the tests' thread may have the event loop of another test's browser."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def run_aside(doing: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine, run in another thread."""
    with ThreadPoolExecutor(1) as elsewhere:
        return elsewhere.submit(asyncio.run, doing).result()
