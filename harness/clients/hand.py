"""A person drives the client under test: prints what to do, watches the calls, asks what the screen showed."""

import contextlib
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import TextIO

from harness.clients.address_card import connect_text
from harness.clients.noticeboard import Answer, Noticeboard, values_of
from harness.clients.protocol import Connect, Message, Outcome, Reply, Task
from harness.clients.record import RecordReader
from harness.display import printable

NAMES = {"way": "way in", "consumer_org": "on behalf of", "system_user": "system user of"}
"""Labels of values to enter, where their key is not clear enough."""
QUIET = 3.0
"""Seconds without a call after which a task is considered finished."""

POLL = 0.2
MOST_CHARACTERS = 20_000
"""Characters of what a person reports from the screen."""
ANSWERS: dict[str, Outcome] = {"d": "done", "r": "refused", "f": "failed", "c": "cannot"}
QUESTION = "What does your system show? [d]one, [r]efused by the service, [f]ailed, or it [c]annot do this: "


class HandDriver:
    """A person at a terminal or on the sandbox's page.

    `record` is the driver's own reader of the client's calls. `asked` is None without a terminal: then the person
    answers only on the page.
    """

    def __init__(
        self, record: RecordReader, board: Noticeboard, asked: TextIO | None = sys.stdin, shown: TextIO = sys.stderr
    ) -> None:
        self._record = record
        self._board = board
        self._show: Callable[[str], None] = lambda text: print(printable(text), file=shown, flush=True)
        self._lines: queue.Queue[str] = queue.Queue()
        self._seq = 0
        if asked is not None:
            threading.Thread(target=_read, args=(asked, self._lines), daemon=True).start()

    def tell(self, message: Message) -> Reply:
        self._seq += 1
        if isinstance(message, Connect):
            self._show(connect_text(message))
            self._show("\nConfigure your system with these addresses. Press Enter when it is ready.")
            self._board.ask_ready()
            self._await_word()
            self._board.put_task(None)
        if not isinstance(message, Task):
            return Reply(seq=self._seq, outcome="done", attested=True)
        self._record.new()
        for line in instruction(message):
            self._show(line)
        return self._answered(message)

    def _answered(self, task: Task) -> Reply:
        """Waits until the task's calls have arrived and no more follow, or the person says so."""
        last: float | None = None
        while True:
            word = self._word()
            if word is not None:
                return self._reply(word)
            new = self._record.new()
            for call in new:
                self._show(f"    {call.request.method} {call.request.parts.path} → {call.status or 'connection lost'}")
            if any(call.service == task.api for call in new) or (new and last is not None):
                last = time.monotonic()
            if last is not None and time.monotonic() - last > QUIET:
                self._show(QUESTION)
                return self._reply(self._await_word())

    def _reply(self, word: Answer) -> Reply:
        while word.said[:1].lower() not in ANSWERS:
            self._show(QUESTION)
            word = self._await_word()
        outcome = ANSWERS[word.said[0].lower()]
        return Reply(seq=self._seq, outcome=outcome, message=word.message[:MOST_CHARACTERS], attested=True)

    def _await_word(self) -> Answer:
        while True:
            word = self._word()
            if word is not None:
                return word

    def _word(self) -> Answer | None:
        """What the person answered at the terminal or on the page; None after POLL seconds without an answer."""
        try:
            line = self._lines.get(timeout=POLL).strip()
        except queue.Empty:
            return self._board.answer()
        return Answer(line[:1], line[1:].strip())

    def stay(self, address: str) -> None:
        """Keeps the pages at an address open until the person closes them."""
        self._show(f"The pages stay open at {address} until you press Enter here or “Close” there.")
        with contextlib.suppress(KeyboardInterrupt):
            self._await_word()

    def close(self) -> None:
        """Nothing was started."""

    def break_off(self) -> None:
        """Nothing was started."""


def instruction(task: Task) -> Iterator[str]:
    """What a person is to do, with the exact values to enter."""
    yield ""
    yield f"▶ Let your system call {task.operation} of {task.api}"
    for name, value in values_of(task):
        yield f"    {NAMES.get(name, name):<17} {value}"
    yield f"  {QUESTION}(or wait until the calls have arrived)"


def _read(asked: TextIO, lines: "queue.Queue[str]") -> None:
    for line in asked:
        lines.put(line)
