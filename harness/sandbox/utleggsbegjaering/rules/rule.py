"""What a condition is: a code, its texts, and the places in a request that break it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from harness.sandbox.utleggsbegjaering.submission import Submission

Level = Literal["body", "register", "state"]
"""What a condition needs to know: only the request, also the party registers, or earlier submissions and uploads."""

Places = Callable[[Submission], Iterator[str]]


@dataclass(frozen=True)
class Rule:
    """One condition. With `only_for_changes`, it applies to changes only; if a condition that `stops` is broken, no
    others are checked.

    `places` yields the JSON paths that break it.
    """

    kode: str
    melding: str
    beskrivelse: str
    places: Places
    level: Level = "body"
    only_for_changes: bool = False
    stops: bool = False

    def holds_for(self, submission: Submission) -> bool:
        """Whether the condition applies to this submission."""
        return submission.earlier is not None or not self.only_for_changes


def rule(
    kode: str,
    melding: str,
    beskrivelse: str,
    *,
    level: Level = "body",
    only_for_changes: bool = False,
    stops: bool = False,
) -> Callable[[Places], Rule]:
    """Makes a rule from a function that yields the places that break it."""
    return lambda places: Rule(kode, melding, beskrivelse, places, level, only_for_changes, stops)
