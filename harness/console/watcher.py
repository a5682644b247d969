"""Reads and judges the calls in a log, in the background and in small batches, while a page is open."""

import asyncio
import hashlib
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from harness.console.call_log import Breach, CallLog, Logged
from harness.console.judging import MOST_EARLIER, Judging
from harness.contract.client_calls import ClientCall, Token

BATCH = 100


@dataclass(frozen=True)
class Row:
    """The state of one requirement: how many batches judged it, how many calls broke it, and the last of those."""

    id: str
    level: str
    text: str
    theme: str
    judged: int
    broken: int
    last: int | None


@dataclass
class Watcher:
    """For one event loop. `judged` counts, by requirement, the batches in which it could be judged."""

    log: CallLog
    judging: Judging
    is_judge: bool = True
    """Whether the calls are judged here; a client run judges them itself."""
    judged: Counter[str] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)
    """How many calls broke each requirement."""
    last_broken: dict[str, int] = field(default_factory=dict)
    """The number of the call that broke a requirement last."""
    _earlier: deque[ClientCall] = field(default_factory=lambda: deque(maxlen=MOST_EARLIER))
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def pending(self) -> int:
        """The number of calls not read yet."""
        count = 0
        for call in self.log.newest():
            if call.is_read:
                break
            count += 1
        return count

    async def catch_up(self, batches: int) -> bool:
        """Reads and judges up to `batches` batches of the oldest unread calls; returns whether there were any."""
        did_any = False
        async with self._lock:
            for _ in range(batches):
                batch = self._next_batch()
                if not batch:
                    break
                did_any = True
                await asyncio.to_thread(self._read, batch)
                if self.is_judge:
                    await self._judge(batch)
        return did_any

    def _next_batch(self) -> list[Logged]:
        pending = self.pending
        return list(self.log)[len(self.log) - pending :][:BATCH] if pending else []

    async def _judge(self, batch: Sequence[Logged]) -> None:
        new = {logged.seq: call for logged in batch if logged.is_whole and (call := logged.call()) is not None}
        if not new:
            return
        judgement = await asyncio.to_thread(self.judging.judge, new, tuple(self._earlier))
        self._earlier.extend(new.values())
        self.judged.update(judgement.judged)
        for logged in batch:
            logged.is_judged = logged.seq in new
            self.note(logged, judgement.breaches.get(logged.seq, ()))

    def note(self, logged: Logged, breaches: tuple[Breach, ...]) -> None:
        """Notes what was wrong with one call."""
        logged.breaches = breaches
        for key in {breach.requirement for breach in breaches}:
            self.broken[key] += 1
            self.last_broken[key] = logged.seq

    def rows(self) -> list[Row]:
        """Every client requirement that calls can show without a scenario, broken ones first."""
        found = [
            Row(key, each.level, each.text, each.theme, self.judged[key], self.broken[key], self.last_broken.get(key))
            for contract in self.judging.contracts.values()
            for key, each in contract.active.items()
            if each.actor == "client" and each.checks
        ]
        return sorted(found, key=lambda row: (not row.broken, not row.judged, row.id))

    def _read(self, batch: Sequence[Logged]) -> None:
        redact = self.judging.redactor.message
        for logged in batch:
            logged.show(redact)
            call = logged.call()
            if call is not None:
                logged.operation = self._operation(call)
                logged.token_used = _name(call.bearer)
                _read_issued(logged, call)
            logged.is_read = True

    def _operation(self, call: ClientCall) -> str:
        if call.is_token_request:
            return "token"
        return self.judging.operation_of(call)


def _name(token: Token | None) -> str:
    return hashlib.sha256(token.raw.encode()).hexdigest()[:16] if token is not None else ""


def _read_issued(logged: Logged, call: ClientCall) -> None:
    if call.issued is None:
        return
    ends = call.issued.moment("exp")
    logged.token_issued = _name(call.issued)
    logged.token_scope = " ".join(sorted(call.issued.scopes))[:200]
    logged.token_until = ends - call.ahead if ends is not None else logged.ended
