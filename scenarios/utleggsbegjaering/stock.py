"""What the scenarios of a worker share: files that are ready before one asks, each for a begjæring to come.

A service may take seconds over a file. Whoever uploads when a file is needed waits for each of them; whoever uploads a
batch waits once. A worker has one stock.
"""

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass

from scenarios.utleggsbegjaering.dialect import Dialect

BATCH = 32
"""How many files are uploaded at a time where the service is not done with one at once."""


@dataclass(frozen=True)
class StoredFile:
    """An uploaded file: the innsenderReferanse that it was uploaded under, and its uuid."""

    reference: str
    identifier: str


@dataclass(frozen=True)
class Sender:
    """Who uploads. `upload` uploads one file under a new reference; `settle` waits for one to be ready.

    `settle` tells whether it was at the first look.
    """

    number: str
    upload: Callable[[], StoredFile]
    settle: Callable[[str], bool]


class Stock:
    """The files of a worker, by sender, and the dialect that the service was found to understand."""

    def __init__(self) -> None:
        self.dialect: Dialect | None = None
        self.submission_path: str | None = None
        """Where a submission goes below the API's address: to itself, or to it with a slash at its end."""
        self.has_waited_in_vain = False
        """Whether a file did not become ready in the time that it is given: then nobody waits for another one."""
        self._next: defaultdict[str, deque[StoredFile]] = defaultdict(deque)
        self._lent: dict[str, StoredFile] = {}
        self._is_quick = True

    def take(self, sender: Sender) -> StoredFile:
        """A file for one begjæring alone."""
        waiting = self._next[sender.number]
        if not waiting:
            waiting.extend(sender.upload() for _ in range(1 if self._is_quick else BATCH))
        elif len(waiting) == BATCH // 2:
            waiting.extend(sender.upload() for _ in range(BATCH // 2))  # ready when those are used up
        file = waiting.popleft()
        self._is_quick &= sender.settle(file.identifier)
        return file

    def lend(self, sender: Sender) -> StoredFile:
        """The file that all begjæringer of a sender share which are not to be accepted."""
        if sender.number not in self._lent:
            self._lent[sender.number] = self.take(sender)
        return self._lent[sender.number]

    def retire(self, reference: str) -> None:
        """Lends another file from now on: a begjæring of that reference was accepted, so that others are duplicates."""
        self._lent = {number: file for number, file in self._lent.items() if file.reference != reference}
