"""Relations of the ledger, as pure functions over bodies.

A relation yields one element for each place that it looks at: None if it holds there, else the breach. If nothing is
yielded, there was nothing to judge. Amounts are Decimal and compared by absolute value, because signs differ between
ledgers. Apparent rules that do not hold (unique ids, signs of payments, ids that must exist, accounts that pass MOD11)
are left out.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from harness.contract.checks import Breach

Body = Mapping[str, Any]
Verdicts = Iterator[Breach | None]

ZERO = Decimal()


def told(holds: bool, aspect: str, expected: str, actual: str) -> Breach | None:  # noqa: FBT001 - a verdict, no switch
    """None if the relation holds, else the breach in these words."""
    return None if holds else Breach(aspect, expected, actual)


def amount(item: Body, name: str) -> Decimal:
    """An amount of the item; raises KeyError if it is missing or not a number."""
    value = item[name]
    if not isinstance(value, (int, Decimal)):
        raise KeyError(name)
    return Decimal(value)


def total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)


def size_of(items: Iterable[Body], name: str) -> Decimal:
    """The sum of the amounts of that name, as absolute values."""
    return total(abs(amount(item, name)) for item in items)


def within(part: Decimal, whole: Decimal) -> bool:
    """Whether `part` has the sign of `whole` and no larger absolute value."""
    return abs(part) <= abs(whole) and (part == 0 or (part < 0) == (whole < 0))


def kroner(value: Decimal) -> str:
    return f"{value:.2f}"
