"""The collaborators of the operations: the store, the registers, the judge, the clock and the knobs."""

from dataclasses import dataclass

from harness.sandbox.knobs import Knobs
from harness.sandbox.utleggsbegjaering.forward_clock import ForwardClock
from harness.sandbox.utleggsbegjaering.judge import Judge
from harness.sandbox.utleggsbegjaering.register import Register
from harness.sandbox.utleggsbegjaering.store import Store


@dataclass(frozen=True)
class Office:
    """Frozen: `dataclasses.replace` makes an office with another collaborator."""

    knobs: Knobs
    seed: int
    clock: ForwardClock
    register: Register
    store: Store
    judge: Judge


@dataclass(frozen=True)
class Reply:
    """An answer before it is written; without a body, it is empty."""

    status: int
    body: object = None
