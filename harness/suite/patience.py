"""Ends code that keeps running after a signal: a scenario that judges a large answer, a plugin that waits."""

import contextlib
import signal
import threading
from collections.abc import Generator

INTERRUPTED = "it was interrupted"
IN_A_SCENARIO, IN_A_WORKER, AT_THE_END = 0.15, 0.4, 0.25
"""Seconds allowed for ending unaided: a scenario, a worker process that reports its scenarios, plugins after the
last."""


class Patience:
    """Once the run is to end, repeats the signal to code that does not end in time, but never to our own results."""

    def __init__(self) -> None:
        self.has_begun = False
        """Whether the first scenario has begun: before that there is nothing to wait for."""
        self._number = 0
        self._seconds: float | None = None
        self._timer: threading.Timer | None = None

    @property
    def may_break_off(self) -> bool:
        """Whether the code that runs now may be interrupted by an exception."""
        return self._seconds is not None

    @contextlib.contextmanager
    def of(self, seconds: float) -> Generator[None]:
        """Wraps code that may be interrupted anywhere once the run is to end and these seconds have passed.

        Signals reach only the main thread; in other threads this does nothing.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = self._seconds
        try:
            self._seconds = seconds
            self._start()
            yield
        finally:
            self._seconds = before
            if self._timer is not None:
                self._timer.cancel()

    def begin(self, number: int) -> None:
        """The run is to end because of signal `number`."""
        self._number = number
        self._start()

    def _start(self) -> None:
        if self._number and self._seconds is not None:
            self._timer = threading.Timer(self._seconds, _send, (self._number,))
            self._timer.daemon = True
            self._timer.start()


def _send(number: int) -> None:
    main = threading.main_thread().ident
    if hasattr(signal, "pthread_kill") and main is not None:
        signal.pthread_kill(main, number)  # also wakes it if it is waiting
    else:  # Windows
        signal.raise_signal(number)
