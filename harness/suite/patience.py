"""Ends what a signal met and what goes on all the same: a scenario that judges a large answer, a plugin that waits."""

import contextlib
import signal
import threading
from collections.abc import Generator

INTERRUPTED = "it was interrupted"
IN_A_SCENARIO, IN_A_WORKER, AT_THE_END = 0.15, 0.4, 0.25
"""Seconds for a scenario, for a process that runs some and says what became of them, and for what plugins do after the
last, to end by themselves."""


class Patience:
    """Once the run is to end, sends the signal again to what does not end in time; to our own results never."""

    def __init__(self) -> None:
        self.has_begun = False
        """Whether there is something to be patient with: the first scenario was begun."""
        self._number = 0
        self._seconds: float | None = None
        self._timer: threading.Timer | None = None

    @property
    def may_break_off(self) -> bool:
        """Whether an exception may be raised in what runs now."""
        return self._seconds is not None

    @contextlib.contextmanager
    def of(self, seconds: float) -> Generator[None]:
        """Around what may be broken off anywhere, once the run is to end and these seconds have gone.

        In another thread than the main one no signal is met; whoever waits for it there is patient.
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
        """The run is to end; signal `number` said so."""
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
        signal.pthread_kill(main, number)  # wakes it from what it waits for, too
    else:  # Windows
        signal.raise_signal(number)
