"""How a service wants to have written what the documents leave open: the name of a varsel's channel, and priorities.

The change log and the diagram name the channel otherwise, and one document has priorities as texts. A suite that knew
one way only would be refused all it sends by a service that knows the other; so it asks once which one is understood.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

CHANNEL = "forsendelsemaateType"
"""The name that scenarios write."""
CHANNELS = (CHANNEL, "forsendelsesmaatetype")
PRIORITY = "prioritetISak"
"""How the names of all whole numbers of a begjæring begin."""


@dataclass(frozen=True)
class Dialect:
    """One way to write. Numbers that a scenario writes as texts stay texts."""

    channel: str = CHANNEL
    whole: type[int] | type[str] = int

    def written(self, value: Any) -> Any:
        """A message as the service wants it."""
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
"""The published way is the first."""


def understood(message: Any, is_taken: Callable[[Any], bool]) -> Dialect:
    """The first way in which the service takes this message; the published one where it takes none."""
    return next((dialect for dialect in DIALECTS if is_taken(dialect.written(message))), DIALECTS[0])
