"""Describes a failed comparison in few words: a long or composite value is shown by its kind and size."""

from collections.abc import Collection, Mapping

from harness.display import quantity
from harness.exchange import beginning

WORDS = {"==": "is not equal to", "!=": "is equal to", "in": "is not among", "not in": "is among"}
WORDS |= {"<=": "is not at most", "<": "is not below", ">=": "is not at least", ">": "is not above"}
MOST = 6
"""The most elements of a list that are shown individually."""
LONGEST = 80
"""The most characters shown of a text."""


def comparison_text(operator: str, left: object, right: object) -> str:
    """A comparison that failed, such as `"a" is not equal to "b"`."""
    return f"{_told(left)} {WORDS.get(operator, f'is not {operator}')} {_told(right)}"


def _told(value: object) -> str:
    if isinstance(value, Mapping):
        return f"an object with {quantity(len(value), 'member')}"
    if isinstance(value, list | tuple | set | frozenset):
        return _told_parts(value)
    shown = f'"{value}"' if isinstance(value, str) else "nothing" if value is None else str(value)
    return beginning(shown, LONGEST)


def _told_parts(parts: Collection[object]) -> str:
    if not parts:
        return "nothing"
    if len(parts) > MOST or any(isinstance(part, Mapping) for part in parts):
        return quantity(len(parts), "value")
    told = [_told(part) for part in parts]
    return "(" + ", ".join(sorted(told) if isinstance(parts, set | frozenset) else told) + ")"
