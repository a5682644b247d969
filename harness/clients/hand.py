"""Drives the client under test by a person: says what to do, watches what arrives, asks what the screen showed."""

import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import TextIO

from harness.clients.address_card import connect_text
from harness.clients.driver import NoDriverError
from harness.clients.protocol import Connect, Message, Outcome, Reply, Task
from harness.clients.record import RecordReader
from harness.display import printable

QUIET = 3.0
"""Seconds without a call after which a task's calls are taken to have arrived."""

POLL = 0.2
ANSWERS: dict[str, Outcome] = {"d": "done", "r": "refused", "f": "failed", "c": "cannot"}
QUESTION = "What does your system show? [d]one, [r]efused by the service, [f]ailed, or it [c]annot do this: "


class HandDriver:
    """A person at a terminal. `record` is the driver's own reader of what the client sends."""

    def __init__(self, record: RecordReader, asked: TextIO = sys.stdin, shown: TextIO = sys.stderr) -> None:
        if not asked.isatty():
            raise NoDriverError(
                "There is no terminal to lead a person by. Drive the client with --drive COMMAND or --drive URL."
            )
        self._record = record
        self._show: Callable[[str], None] = lambda text: print(printable(text), file=shown, flush=True)
        self._lines: queue.Queue[str] = queue.Queue()
        self._seq = 0
        threading.Thread(target=_read, args=(asked, self._lines), daemon=True).start()

    def tell(self, message: Message) -> Reply:
        self._seq += 1
        if isinstance(message, Connect):
            self._show(connect_text(message))
            self._show("\nPoint your system at these addresses. Press Enter when it is ready.")
            self._lines.get()
        if not isinstance(message, Task):
            return Reply(seq=self._seq, outcome="done", attested=True)
        self._record.new()
        for line in instruction(message):
            self._show(line)
        return self._answered(message)

    def _answered(self, task: Task) -> Reply:
        """Waits until the task's calls have arrived and the line was quiet, or the person says so."""
        last: float | None = None
        while True:
            try:
                said = self._lines.get(timeout=POLL).strip().lower()
                return self._reply(said)
            except queue.Empty:
                pass
            new = self._record.new()
            for call in new:
                self._show(f"    {call.request.method} {call.request.parts.path} → {call.status or 'broken off'}")
            if any(call.service == task.api for call in new) or (new and last is not None):
                last = time.monotonic()
            if last is not None and time.monotonic() - last > QUIET:
                self._show(QUESTION)
                return self._reply(self._lines.get().strip().lower())

    def _reply(self, said: str) -> Reply:
        while said[:1] not in ANSWERS:
            self._show(QUESTION)
            said = self._lines.get().strip().lower()
        return Reply(seq=self._seq, outcome=ANSWERS[said[0]], message=said[1:].strip(), attested=True)

    def close(self) -> None:
        """Nothing was started."""


def instruction(task: Task) -> Iterator[str]:
    """What a person is to do, with the exact values to enter."""
    yield ""
    yield f"▶ Let your system call {task.operation} of {task.api}"
    yield f"    organisation      {task.organisation}"
    for name, value in (
        ("way in", task.rettighetspakke),
        ("consent", task.consent),
        ("on behalf of", task.consumer_org),
        *task.parameters.items(),
    ):
        if value:
            yield f"    {name:<17} {value}"
    if task.system_user is not None:
        yield f"    system user of    {task.system_user.organisation}"
    yield f"  {QUESTION}(or just wait until the calls have arrived)"


def _read(asked: TextIO, lines: "queue.Queue[str]") -> None:
    for line in asked:
        lines.put(line)
