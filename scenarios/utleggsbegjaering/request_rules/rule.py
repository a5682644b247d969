"""What a rule is: it reads a begjæring, and yields what it finds broken."""

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Finding:
    """A condition that is broken at a place. `kode` is empty for what no condition covers: a warning."""

    kode: str
    path: Path
    message: str


@dataclass(frozen=True)
class Circumstances:
    """What a begjæring is held against: the day, and the organisation of the token where it is known."""

    today: datetime.date
    sender: str | None = None


Rule = Callable[[Json, Circumstances], Iterator[Finding]]
