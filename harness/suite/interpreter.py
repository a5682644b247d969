"""How the interpreter divides its time between threads."""

import contextlib
import sys
from collections.abc import Iterator

OFTEN = 0.0005
"""Seconds for which a thread may compute while others could go on.

By default it is ten times as long. A call needs the interpreter several times until its answer is read; meanwhile it
occupies one of the five slots.
"""


@contextlib.contextmanager
def switching_often() -> Iterator[None]:
    """Lets threads that received something go on soon, although another one computes."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(OFTEN)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
