"""The conditions that a request can break, by their codes."""

from collections.abc import Iterator

from harness.handbook.catalogue import codes
from harness.handbook.entry import Entry


def entries() -> Iterator[Entry]:
    yield from codes({"condition"})
