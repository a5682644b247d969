"""The APIs' error codes, and the statuses without a code."""

from collections.abc import Iterator

from harness.handbook.catalogue import codes
from harness.handbook.entry import Entry


def entries() -> Iterator[Entry]:
    yield from codes({"code", "status"})
