"""Notifies open pages of changes: server-sent events, at most a few per second."""

import asyncio
from collections.abc import AsyncIterator
from typing import Literal

Topic = Literal["calls", "switches", "board"]

MOST_LISTENERS = 50
PAUSE = 0.4
"""Minimum seconds between two events, so that a page does not reload for each of a hundred calls a second."""
BREATH = 15.0
"""Seconds after which a keep-alive line is sent, so that a broken connection is noticed."""


class Ear:
    """One listening page: what has changed since its last event."""

    def __init__(self) -> None:
        self.changed: set[Topic] = set()
        self.event = asyncio.Event()


class Bell:
    """For one event loop."""

    def __init__(self) -> None:
        self._ears: set[Ear] = set()
        self._is_closed = False

    def close(self) -> None:
        """Ends every stream, so that an open page does not delay the sandbox's shutdown."""
        self._is_closed = True
        for ear in self._ears:
            ear.event.set()

    def ring(self, topic: Topic) -> None:
        """Reports a change."""
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
        """The lines of one page's event stream, until the page closes."""
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
