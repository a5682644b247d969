"""Whether an answer that is not whole is the network's doing, or how the service answers one of its operations."""

import threading
from collections import Counter
from collections.abc import Hashable

FEWEST_INCOMPLETE = 3
"""Tries of one kind of answer, none of them whole."""

FEWEST_WHOLE = 3
"""Answers of other kinds, all of them whole."""


class Habits:
    """Counts, by kind of answer (an operation with a status, say), those that were whole and those that were not.

    The network cuts whatever passes: a service that breaks its own word does so in some places, and every time there.
    Safe to use from several threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._whole: Counter[Hashable] = Counter()
        self._incomplete: Counter[Hashable] = Counter()

    def note(self, kind: Hashable, *, is_whole: bool) -> None:
        with self._lock:
            (self._whole if is_whole else self._incomplete)[kind] += 1

    def is_own(self, kind: Hashable) -> bool:
        """Whether every answer of this kind was incomplete, and every kind of answer is always whole or never."""
        with self._lock:
            return (
                self._incomplete[kind] >= FEWEST_INCOMPLETE
                and not any(self._whole[each] for each in self._incomplete)
                and self._whole.total() >= FEWEST_WHOLE
            )
