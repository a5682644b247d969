"""The error codes of the APIs, and the bare statuses that have none."""

from collections.abc import Iterator

from harness.handbook.catalogue import codes
from harness.handbook.entry import Entry


def entries() -> Iterator[Entry]:
    yield from codes({"code", "status"})
