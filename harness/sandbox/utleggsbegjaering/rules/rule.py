"""What a condition is: a code, its words, and the places of a request that break it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from harness.sandbox.utleggsbegjaering.submission import Submission

Level = Literal["body", "register", "state"]
"""What a condition needs to know: the request alone, the party registers too, or what was sent and accepted before."""

Places = Callable[[Submission], Iterator[str]]


@dataclass(frozen=True)
class Rule:
    """One condition. `only_for_changes` ones hold for a change; `stops` means that nothing else is looked at.

    `places` gives the JSON paths of what breaks it.
    """

    kode: str
    melding: str
    beskrivelse: str
    places: Places
    level: Level = "body"
    only_for_changes: bool = False
    stops: bool = False

    def holds_for(self, submission: Submission) -> bool:
        """Whether this submission is of the kind that the condition is about."""
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
    """Makes a rule of a function that yields the places that break it."""
    return lambda places: Rule(kode, melding, beskrivelse, places, level, only_for_changes, stops)
