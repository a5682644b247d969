"""What the operations work with: the store, the registers, the judge, the clock and the open questions."""

from dataclasses import dataclass

from harness.sandbox.knobs import Knobs
from harness.sandbox.utleggsbegjaering.forward_clock import ForwardClock
from harness.sandbox.utleggsbegjaering.judge import Judge
from harness.sandbox.utleggsbegjaering.register import Register
from harness.sandbox.utleggsbegjaering.store import Store


@dataclass(frozen=True)
class Office:
    """Frozen, so that an office with one other collaborator is made by `dataclasses.replace`."""

    knobs: Knobs
    seed: int
    clock: ForwardClock
    register: Register
    store: Store
    judge: Judge


@dataclass(frozen=True)
class Reply:
    """An answer before it is written: without a body it is empty."""

    status: int
    body: object = None
