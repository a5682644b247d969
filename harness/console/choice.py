"""Which calls a person wants to see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from harness.console.call_log import Logged

PAGE = 50
"""Calls per page."""


@dataclass(frozen=True)
class Choice:
    """The filters in the form above the list; an empty one does not filter."""

    broken: bool = False
    service: str = ""
    client: str = ""
    q: str = ""
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Self:
        page = query.get("page", "1")
        return cls(
            query.get("broken") == "1",
            query.get("service", "")[:100],
            query.get("client", "")[:200],
            query.get("q", "").strip()[:200],
            int(page) if page.isdecimal() and len(page) < 9 else 1,
        )

    @property
    def is_everything(self) -> bool:
        return not (self.broken or self.service or self.client or self.q)

    def holds(self, call: Logged) -> bool:
        return (
            (not self.broken or bool(call.breaches))
            and self.service in {"", call.service}
            and self.client in {"", call.client}
            and self.q.lower() in f"{call.method} {call.path} {call.operation} {call.status}".lower()
        )


def page_of(found: Sequence[Logged], asked: int) -> tuple[Sequence[Logged], int, int]:
    """The calls of one page, its number and the last page's number."""
    last = max(1, -(-len(found) // PAGE))
    number = min(max(1, asked), last)
    return found[(number - 1) * PAGE : number * PAGE], number, last
