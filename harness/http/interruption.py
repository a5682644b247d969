"""Ends a run, whatever it is doing: calls in flight are abandoned, pauses cut short, and nothing new begins."""

import threading
from collections.abc import Callable
from typing import Protocol, TypeVar

from harness.auth.trouble import InterruptedCallError

T = TypeVar("T")


class Breakable(Protocol):
    """A connection that a thread may be waiting on."""

    def shut_down(self) -> None:
        """Wakes a thread that waits for the other end."""


class Interruption:
    """Ends every call in flight and allows no new ones. `end_all` is safe in a signal handler."""

    def __init__(self) -> None:
        self._ended = threading.Event()
        self._open: set[Breakable] = set()
        self._waiting: set[threading.Event] = set()

    def end_all(self) -> None:
        self._ended.set()
        for waiting in self._waiting.copy():
            waiting.set()
        for stream in self._open.copy():
            stream.shut_down()

    def ensure_going_on(self) -> None:
        """Raises InterruptedCallError once the run is ending."""
        if self._ended.is_set():
            raise InterruptedCallError("the run was interrupted")

    def pause(self, seconds: float) -> None:
        """Waits, at most until the run ends; raises InterruptedCallError in that case."""
        self._ended.wait(seconds)
        self.ensure_going_on()

    def watch(self, stream: Breakable) -> None:
        self._open.add(stream)
        self.ensure_going_on()

    def forget(self, stream: Breakable) -> None:
        self._open.discard(stream)

    def done(self, task: Callable[[], T]) -> T:
        """The result of an operation that cannot be interrupted: name resolution, connecting, a TLS handshake.

        It runs in another thread, which is abandoned when the run ends; raises InterruptedCallError in that case.
        """
        finished = threading.Event()
        results: list[T] = []
        errors: list[BaseException] = []

        def do() -> None:
            try:
                results.append(task())
            except BaseException as error:  # raised in the waiting thread
                errors.append(error)
            finished.set()

        self._waiting.add(finished)
        try:
            self.ensure_going_on()
            threading.Thread(target=do, daemon=True).start()
            finished.wait()
        finally:
            self._waiting.discard(finished)
        if errors:
            raise errors[0]
        self.ensure_going_on()
        return results[0]
