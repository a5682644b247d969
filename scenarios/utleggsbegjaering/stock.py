"""Files that are ready before a scenario asks for one, each under the reference of a begjæring to come.

A service may take seconds over a file. Whoever uploads when a file is needed waits for each of them; whoever uploads a
batch waits once. A worker has one stock; its files are the sender's own.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

BATCH = 32
"""How many files are uploaded at a time where the service is not done with one at once."""


@dataclass(frozen=True)
class StoredFile:
    """An uploaded file: the innsenderReferanse that it was uploaded under, and its uuid."""

    reference: str
    identifier: str


class Stock:
    """The files of a worker. `upload` uploads one under a new reference; `settle` waits for one."""

    def __init__(self) -> None:
        self.has_waited_in_vain = False
        """Whether a file did not become ready in the time that it is given: then nobody waits for another one."""
        self._next: deque[StoredFile] = deque()
        self._lent: StoredFile | None = None
        self._is_quick = True

    def take(self, upload: Callable[[], StoredFile], settle: Callable[[str], bool]) -> StoredFile:
        """A file for one begjæring alone. `settle` tells whether the file was ready at the first look."""
        if not self._next:
            self._upload(1 if self._is_quick else BATCH, upload)
        elif len(self._next) == BATCH // 2:
            self._upload(BATCH // 2, upload)  # so that these are ready when those are used up
        file = self._next.popleft()
        self._is_quick &= settle(file.identifier)
        return file

    def lend(self, upload: Callable[[], StoredFile], settle: Callable[[str], bool]) -> StoredFile:
        """The file that all begjæringer share which are not to be accepted."""
        if self._lent is None:
            self._lent = self.take(upload, settle)
        return self._lent

    def retire(self, reference: str) -> None:
        """Lends another file from now on: a begjæring of that reference was accepted, so that others are duplicates."""
        if self._lent is not None and self._lent.reference == reference:
            self._lent = None

    def _upload(self, number: int, upload: Callable[[], StoredFile]) -> None:
        self._next.extend(upload() for _ in range(number))
