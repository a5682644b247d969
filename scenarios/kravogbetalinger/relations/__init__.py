"""Relations of the ledger, as pure functions over bodies.

A relation yields one element for each place that it looks at: None where it holds, else the breach. Nothing yielded
means nothing to judge. Amounts are Decimal and compared in size, for signs differ by ledger: what looks like a rule and
is none (ids that are unique, signs of payments, ids that must be found, accounts that pass MOD11) is not written here.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from harness.contract.checks import Breach

Body = Mapping[str, Any]
Verdicts = Iterator[Breach | None]

ZERO = Decimal()


def told(holds: bool, aspect: str, expected: str, actual: str) -> Breach | None:  # noqa: FBT001 - a verdict, no switch
    """None where the relation holds, else the breach in these words."""
    return None if holds else Breach(aspect, expected, actual)


def amount(item: Body, name: str) -> Decimal:
    """An amount that the item has; raises KeyError where it has none."""
    value = item[name]
    if not isinstance(value, (int, Decimal)):
        raise KeyError(name)
    return Decimal(value)


def total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)


def size_of(items: Iterable[Body], name: str) -> Decimal:
    """The amounts of that name added up, in size."""
    return total(abs(amount(item, name)) for item in items)


def within(part: Decimal, whole: Decimal) -> bool:
    """Whether `part` has the sign of `whole` and is not larger in size."""
    return abs(part) <= abs(whole) and (part == 0 or (part < 0) == (whole < 0))


def kroner(value: Decimal) -> str:
    return f"{value:.2f}"
