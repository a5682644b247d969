"""Types of what may be shown: text of the wire is a plain `str`, and becomes `Redacted` only in the redactor.

A field of a finding, a verdict or a report that can hold anything of an answer is of these types, so that mypy refuses
the one that forgets the redactor; `tests/test_walls.py` refuses a field of plain text that is not known to be ours.
"""

from typing import NewType

from harness.exchange import Exchange

Redacted = NewType("Redacted", str)
"""A text without secrets and personal data. Only this package makes one."""

RedactedExchange = NewType("RedactedExchange", Exchange)
"""An exchange without secrets and personal data in address, headers and bodies."""

NOTHING = Redacted("")


def ours(text: str) -> Redacted:
    """A text that we wrote ourselves, with nothing of the wire in it but what was redacted before.

    Who may say so is a list in `tests/test_walls.py`.
    """
    return Redacted(text)


def as_recorded(exchange: Exchange) -> RedactedExchange:
    """An exchange that our own recorder wrote down: it was redacted then."""
    return RedactedExchange(exchange)


def split_last(text: Redacted, separator: str) -> tuple[Redacted, Redacted]:
    """What stands before and after the last separator: a part of what was redacted is redacted."""
    before, _, after = text.rpartition(separator)
    return Redacted(before), Redacted(after)
