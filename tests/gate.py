"""A gate before a sandbox's answers, which a test closes and opens: what must still be under way, is."""

import json
import time
import urllib.request
from pathlib import Path

VARIABLE = "PROVESTAND_SANDBOX_HOLD"
"""Tells every sandbox that a process starts below it where the gate is."""


class Gate:
    """Closed, an answer waits where a word is in its path or names a fault that is on; without words, all wait."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "gate"

    def close(self, *words: str) -> None:
        aside = self.file.with_suffix(".new")
        aside.write_text(" ".join(words))
        aside.replace(self.file)

    def open(self) -> None:
        self.file.unlink()


def await_held(base_url: str, api: str, count: int) -> None:
    """Until a sandbox holds back so many answers of an API."""
    address = f"{base_url.partition('/' + api)[0]}/sandbox/status"
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        with urllib.request.urlopen(address) as answer:
            if json.load(answer)["apis"][api]["held"] >= count:
                return
        time.sleep(0.02)  # until a condition holds, with a deadline
    raise AssertionError(f"{api} never had {count} answers held back")
