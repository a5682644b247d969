"""What a worker's scenarios share: files that are ready before they are needed, each for a future begjæring.

A service may take seconds over a file. Uploading each file when it is needed means waiting for each; uploading a batch
means waiting once. A worker has one stock.
"""

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass

from scenarios.utleggsbegjaering.dialect import Dialect

BATCH = 32
"""How many files are uploaded in a batch if the service does not process one immediately."""


@dataclass(frozen=True)
class StoredFile:
    """An uploaded file: the innsenderReferanse that it was uploaded under, and its uuid."""

    reference: str
    identifier: str


@dataclass(frozen=True)
class Sender:
    """The uploader. `upload` uploads one file under a new reference; `settle` waits until one is ready.

    `settle` returns whether it was ready at the first look.
    """

    number: str
    upload: Callable[[], StoredFile]
    settle: Callable[[str], bool]


class Stock:
    """A worker's files, by sender, and the dialect that the service was found to understand."""

    def __init__(self) -> None:
        self.dialect: Dialect | None = None
        self.submission_path: str | None = None
        """The path of a submission below the API's address: empty, or a slash."""
        self.has_waited_in_vain = False
        """Whether a file did not become ready in the time allowed; after that, no other file is waited for."""
        self._next: defaultdict[str, deque[StoredFile]] = defaultdict(deque)
        self._lent: dict[str, StoredFile] = {}
        self._is_quick = True

    def take(self, sender: Sender) -> StoredFile:
        """A file for a single begjæring."""
        waiting = self._next[sender.number]
        if not waiting:
            waiting.extend(sender.upload() for _ in range(1 if self._is_quick else BATCH))
        elif len(waiting) == BATCH // 2:
            waiting.extend(sender.upload() for _ in range(BATCH // 2))  # ready when those are used up
        file = waiting.popleft()
        self._is_quick &= sender.settle(file.identifier)
        return file

    def lend(self, sender: Sender) -> StoredFile:
        """The file that all of a sender's begjæringer that are not to be accepted share."""
        if sender.number not in self._lent:
            self._lent[sender.number] = self.take(sender)
        return self._lent[sender.number]

    def retire(self, reference: str) -> None:
        """Lends another file from now on: a begjæring with that reference was accepted; others would be duplicates."""
        self._lent = {number: file for number, file in self._lent.items() if file.reference != reference}
