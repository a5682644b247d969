"""How to read what the diagrams of other services than the filing leave open."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any


def number_of(amount: Any) -> Decimal | int | float | None:
    """How much an amount is, a number or beloep with its currency; None where it is not an amount."""
    if isinstance(amount, dict):
        return number_of(amount.get("beloep")) if isinstance(amount.get("valuta", ""), str) else None
    return None if isinstance(amount, bool) or not isinstance(amount, int | float | Decimal) else amount


def name_of(value: Any) -> str | None:
    """What the service calls something by, as a text of whatever type it is; None where it does not say."""
    return None if value is None else str(value)


def is_owed(amount: Any) -> bool:
    """Whether it is an amount, and none below 0."""
    number = number_of(amount)
    return number is not None and number >= 0


def texts_in(value: Any) -> set[str]:
    """Every text at any depth: how a part names what it holds is not published."""
    return set(_texts(value))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
        yield from _texts(child)
