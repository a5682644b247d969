"""How a service expects what the documents leave open: the name of a varsel's channel, and priorities.

The change log and the diagram name the channel differently, and one document has priorities as strings. If the suite
used only one spelling, a service that expects the other would refuse everything; so it finds out once which one is
accepted.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

CHANNEL = "forsendelsemaateType"
"""The name that scenarios use."""
CHANNELS = (CHANNEL, "forsendelsesmaatetype")
PRIORITY = "prioritetISak"
"""The beginning of the names of all whole numbers in a begjæring."""


@dataclass(frozen=True)
class Dialect:
    """One spelling. Numbers that a scenario writes as strings stay strings."""

    channel: str = CHANNEL
    whole: type[int] | type[str] = int

    def written(self, value: Any) -> Any:
        """A message as the service expects it."""
        if isinstance(value, dict):
            return {name: self._member(name, child) for name, child in value.items()}
        if isinstance(value, list):
            return [self.written(child) for child in value]
        return value

    def _member(self, name: str, value: Any) -> Any:
        if name == "varsel" and isinstance(value, list):
            return [self._varsel(each) for each in value]
        if name.startswith(PRIORITY) and type(value) is int:
            return self.whole(value)
        return self.written(value)

    def _varsel(self, varsel: Any) -> Any:
        written = self.written(varsel)
        if not isinstance(written, dict):
            return written
        return {self.channel if name == CHANNEL else name: child for name, child in written.items()}


DIALECTS = tuple(itertools.starmap(Dialect, itertools.product(CHANNELS, (int, str))))
"""The published spelling comes first."""


def understood(message: Any, is_taken: Callable[[Any], bool]) -> Dialect:
    """The first spelling in which the service accepts this message; the published one if it accepts none."""
    return next((dialect for dialect in DIALECTS if is_taken(dialect.written(message))), DIALECTS[0])
