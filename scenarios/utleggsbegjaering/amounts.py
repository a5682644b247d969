"""An amount as the diagrams of other services than the filing leave it open: a number, or beloep and its currency."""

from decimal import Decimal


def number_of(value: object) -> Decimal | int | float | None:
    """How much an amount is; None where it is no amount."""
    if isinstance(value, dict):
        return number_of(value.get("beloep")) if isinstance(value.get("valuta", ""), str) else None
    is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return value if is_number else None  # type: ignore[return-value] # it was just looked at


def is_owed(value: object) -> bool:
    """Whether it is an amount, and none below 0."""
    number = number_of(value)
    return number is not None and number >= 0
