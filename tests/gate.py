"""Keeps calls and programs in progress while a test acts: behind a gate in front of a sandbox, or at a meeting."""

import json
import os
import select
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VARIABLE = "PROVESTAND_SANDBOX_HOLD"
"""Tells every sandbox started below this process where the gate is."""


class Gate:
    """While it is closed, answers wait if a word is in their path or names an active fault; without words, all do."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "gate"

    def close(self, *words: str) -> None:
        aside = self.file.with_suffix(".new")
        aside.write_text(" ".join(words))
        aside.replace(self.file)

    def open(self) -> None:
        self.file.unlink()


COME = """
import socket

def come(text=""):
    with socket.create_connection({address}) as line:
        line.sendall(text.encode() + b"\\n")
        line.recv(1)
"""


class Meeting:
    """Where a program that a test wrote reports how far it is, and waits until the test lets it go on."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.code = COME.format(address=self._listener.getsockname())
        """Defines `come(text)` for the program."""

    @contextmanager
    def with_(self, process: "subprocess.Popen[str]") -> Iterator[str]:
        """The text of whoever arrives, below this process or it; the program waits as long as the block lasts."""
        end = os.pidfd_open(process.pid)
        ready, _, _ = select.select([self._listener, end], [], [], 300)
        os.close(end)
        assert self._listener in ready, "the process ended, or took five minutes, before anybody came"
        line, _ = self._listener.accept()
        with line, line.makefile(encoding="utf-8") as said:
            yield said.readline().rstrip("\n")

    def close(self) -> None:
        self._listener.close()


def await_held(base_url: str, api: str, count: int) -> None:
    """Waits until a sandbox holds back that many answers of an API."""
    address = f"{base_url.partition('/' + api)[0]}/sandbox/status"
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        with urllib.request.urlopen(address) as answer:
            if json.load(answer)["apis"][api]["held"] >= count:
                return
        time.sleep(0.02)  # until a condition holds, with a deadline
    raise AssertionError(f"{api} never had {count} answers held back")
