"""Types of what may be shown: text from the wire is a plain `str`, and becomes `Redacted` only in the redactor.

A field of a finding, a verdict or a report that can hold any part of an answer has one of these types, so that mypy
catches a forgotten redactor; `tests/test_walls.py` refuses a plain text field that is not known to be ours.
"""

from typing import NewType

from harness.exchange import Exchange

Redacted = NewType("Redacted", str)
"""A text without secrets and personal data, made only by this package."""

RedactedExchange = NewType("RedactedExchange", Exchange)
"""An exchange without secrets and personal data in address, headers and bodies."""

NOTHING = Redacted("")


def ours(text: str) -> Redacted:
    """A text that we wrote ourselves, in which anything from the wire is already redacted.

    `tests/test_walls.py` lists the permitted callers.
    """
    return Redacted(text)


def as_recorded(exchange: Exchange) -> RedactedExchange:
    """An exchange from our own recorder, which redacted it."""
    return RedactedExchange(exchange)


def split_last(text: Redacted, separator: str) -> tuple[Redacted, Redacted]:
    """The parts before and after the last separator: part of a redacted text is redacted."""
    before, _, after = text.rpartition(separator)
    return Redacted(before), Redacted(after)
