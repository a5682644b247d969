"""Tells the pages that are open that something has changed: server-sent events, at most a few a second."""

import asyncio
from collections.abc import AsyncIterator
from typing import Literal

Topic = Literal["calls", "switches", "board"]

MOST_LISTENERS = 50
PAUSE = 0.4
"""Seconds between two events: a page that asks anew for each of a hundred calls a second helps nobody."""
BREATH = 15.0
"""Seconds after which a line is sent although nothing has happened, so that a broken connection is noticed."""


class Ear:
    """One page that listens: what has changed since it was last told."""

    def __init__(self) -> None:
        self.changed: set[Topic] = set()
        self.event = asyncio.Event()


class Bell:
    """For one event loop."""

    def __init__(self) -> None:
        self._ears: set[Ear] = set()
        self._is_closed = False

    def close(self) -> None:
        """Ends every stream: a page that is open keeps nobody from stopping the sandbox quietly."""
        self._is_closed = True
        for ear in self._ears:
            ear.event.set()

    def ring(self, topic: Topic) -> None:
        """Something has changed."""
        for ear in self._ears:
            ear.changed.add(topic)
            ear.event.set()

    @property
    def is_heard(self) -> bool:
        return bool(self._ears)

    @property
    def is_full(self) -> bool:
        return len(self._ears) >= MOST_LISTENERS

    async def listen(self) -> AsyncIterator[str]:
        """The lines of one page's event stream, until it goes away."""
        ear = Ear()
        self._ears.add(ear)
        try:
            yield "retry: 1500\n\n"
            while not self._is_closed:
                try:
                    await asyncio.wait_for(ear.event.wait(), BREATH)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                ear.event.clear()
                topics, ear.changed = sorted(ear.changed), set()
                yield "".join(f"event: {topic}\ndata:\n\n" for topic in topics)
                await asyncio.sleep(PAUSE)
        finally:
            self._ears.discard(ear)
