"""Interest as in the published example: simple, by the day, on what remains after each payment.

Reproduces the table above the complex example on the page (2025-12-02): the start counts and the end does not, a year
has 365 days or, for days in a leap year, 366, and each period is rounded to 0.01.
"""

import calendar
import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

FORSINKELSESRENTE = ((datetime.date(2025, 7, 1), Decimal("12.25")), (datetime.date(2025, 1, 1), Decimal("12.5")))
"""The statutory rate in per cent a year from each date, the newest first; 12.5 also applied before."""


@dataclass(frozen=True)
class Period:
    """From `start` to `end`, which does not count: consecutive periods share a date."""

    start: datetime.date
    end: datetime.date


def statutory_rate(day: datetime.date) -> Decimal:
    return next((rate for begins, rate in FORSINKELSESRENTE if day >= begins), FORSINKELSESRENTE[-1][1])


def interest(base: Decimal, period: Period, rate: Decimal | None = None) -> Decimal:
    """The interest on an amount over a period, at the statutory rate unless an agreed one is given."""
    total = Decimal(0)
    day = period.start
    while day < period.end:
        days = 366 if calendar.isleap(day.year) else 365
        total += base * (statutory_rate(day) if rate is None else rate) / 100 / days
        day += datetime.timedelta(days=1)
    return total.quantize(Decimal("0.01"), ROUND_HALF_UP)


def periods(
    start: datetime.date, end: datetime.date, base: Decimal, payments: Iterable[tuple[datetime.date, Decimal]]
) -> list[tuple[Period, Decimal]]:
    """The periods between payments, each with the amount that bears interest in it."""
    found, begin, left = [], start, base
    for paid, amount in sorted(payments):
        if begin < paid < end:
            found.append((Period(begin, paid), left))
            begin = paid
        left -= amount
    return [*found, (Period(begin, end), left)]
