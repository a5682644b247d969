"""Whether incomplete answers are the network's fault, or the way the service answers one of its operations."""

import threading
from collections import Counter
from collections.abc import Hashable

FEWEST_INCOMPLETE = 3
"""Answers of one kind, none of them complete."""

FEWEST_WHOLE = 3
"""Answers of other kinds, all of them complete."""


class Habits:
    """Counts complete and incomplete answers by kind (such as an operation with a status). Thread-safe.

    The network cuts any answer at random; a faulty service cuts some kinds of answer, and those every time.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._whole: Counter[Hashable] = Counter()
        self._incomplete: Counter[Hashable] = Counter()

    def note(self, kind: Hashable, *, is_whole: bool) -> None:
        with self._lock:
            (self._whole if is_whole else self._incomplete)[kind] += 1

    def is_own(self, kind: Hashable) -> bool:
        """Whether every answer of this kind was incomplete, and no kind was complete only some of the time."""
        with self._lock:
            return (
                self._incomplete[kind] >= FEWEST_INCOMPLETE
                and not any(self._whole[each] for each in self._incomplete)
                and self._whole.total() >= FEWEST_WHOLE
            )
