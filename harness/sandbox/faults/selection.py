"""Which faults are switched on, and for which calls.

`NAME` for all, `NAME@share=0.3` for three in ten, `NAME@first=5` for the first five, `NAME@from=5` from the fifth on,
`NAME@client=ID` for one client; conditions may be joined, as in `NAME@from=5@share=0.3`.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass

from harness.sandbox.faults.catalogue import UnknownFaultError, find_faults
from harness.sandbox.faults.fault import Fault

FORM = "Write it like NAME, NAME@share=0.3, NAME@first=5, NAME@from=5 or NAME@client=ID."


@dataclass(frozen=True)
class Calls:
    """Of the calls numbered from `first` to `last`, a share. A share is drawn by seed: two sandboxes draw alike.

    `client` is the one whose calls are meant, and counted; empty for all.
    """

    first: int = 1
    last: int | None = None
    share: float = 1.0
    client: str = ""

    def holds(self, number: int, draw: str) -> bool:
        if number < self.first or (self.last is not None and number > self.last):
            return False
        return self.share >= 1 or random.Random(f"{draw}/{number}").random() < self.share  # noqa: S311 - no secret


@dataclass(frozen=True)
class Selected:
    """A fault that is switched on for some calls."""

    fault: Fault
    calls: Calls = Calls()


def select(texts: Iterable[str]) -> tuple[Selected, ...]:
    """The faults that these texts name; raises UnknownFaultError."""
    chosen: list[Selected] = []
    for text in texts:
        name, at, conditions = text.strip().partition("@")
        calls = _calls(text, conditions.split("@")) if at else Calls()
        chosen += [Selected(fault, calls) for fault in find_faults(name)]
    return tuple(chosen)


def _calls(text: str, conditions: Iterable[str]) -> Calls:
    members: dict[str, float] = {}
    client = ""
    for condition in conditions:
        name, _, value = condition.partition("=")
        if name == "client":
            client = value
            continue
        try:
            members[name] = float(value) if name == "share" else int(value)
        except ValueError as error:
            raise UnknownFaultError(f"fault {text!r}: {condition!r} is no condition. {FORM}") from error
    unknown = members.keys() - {"share", "first", "from"}
    share, first, last = members.get("share", 1.0), members.get("from", 1), members.get("first")
    if unknown or not 0 < share <= 1 or first < 1 or (last is not None and last < 1):
        raise UnknownFaultError(f"fault {text!r}: the condition cannot be. {FORM}")
    return Calls(int(first), None if last is None else int(last), share, client)
