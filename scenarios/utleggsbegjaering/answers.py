"""Reads what the diagrams of services other than submission leave open."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any


def number_of(amount: Any) -> Decimal | int | float | None:
    """The value of an amount, either a number or a beloep with its currency; None if it is not an amount."""
    if isinstance(amount, dict):
        return number_of(amount.get("beloep")) if isinstance(amount.get("valuta", ""), str) else None
    return None if isinstance(amount, bool) or not isinstance(amount, int | float | Decimal) else amount


def name_of(value: Any) -> str | None:
    """The service's name for something, as text whatever its type; None if it has none."""
    return None if value is None else str(value)


def is_owed(amount: Any) -> bool:
    """Whether it is an amount of at least 0."""
    number = number_of(amount)
    return number is not None and number >= 0


def texts_in(value: Any) -> set[str]:
    """Every text at any depth: the member names inside are not published."""
    return set(_texts(value))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
        yield from _texts(child)
