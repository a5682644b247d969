"""A rule: it reads a begjæring, and yields what it finds broken."""

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Json = Mapping[str, Any]
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Finding:
    """A condition that is broken at a place.

    `kode` is empty for what no condition covers; then it is a warning, or a question that the published sources leave
    open.
    """

    kode: str
    path: Path
    message: str
    is_open: bool = False

    @property
    def kind(self) -> Literal["condition", "open", "warning"]:
        return "open" if self.is_open else "condition" if self.kode else "warning"


def left_open(path: Path, message: str) -> Finding:
    """What cannot be determined from the published sources."""
    return Finding("", path, f"open: {message}", is_open=True)


@dataclass(frozen=True)
class Circumstances:
    """What a begjæring is checked against: the day, and the organisation of the token if it is known."""

    today: datetime.date
    sender: str | None = None


Rule = Callable[[Json, Circumstances], Iterator[Finding]]
