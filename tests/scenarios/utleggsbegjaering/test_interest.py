"""Interest, compared with the table that was published with the complex example (2025-12-02)."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.utleggsbegjaering.interest import Period, interest, periods


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("base", "start", "end", "rate", "expected"),
    [
        # By hand: 10,000 * 12.5 % * 137 / 365, and 8,000 * 12.25 % * 184 / 365.
        ("10000", "2025-02-14", "2025-07-01", None, "469.18"),
        ("8000", "2025-07-01", "2026-01-01", None, "494.03"),
        ("36500", "2025-06-30", "2025-07-02", None, "24.75"),  # a day of each rate: 12.50 and 12.25
        ("36600", "2024-02-28", "2024-03-01", "10", "20.00"),  # two days of a leap year
        ("73000", "2023-12-31", "2024-01-01", "10", "20.00"),  # the last day of a year that is not a leap year
        ("1000", "2025-03-01", "2025-03-01", None, "0.00"),
    ],
)
def test_interest_is_simple_and_by_the_day(base, start, end, rate, expected):
    found = interest(Decimal(base), Period(day(start), day(end)), None if rate is None else Decimal(rate))

    assert found == Decimal(expected)


def test_the_base_falls_on_the_day_of_a_payment():
    payments = [(day("2025-09-01"), Decimal(100)), (day("2025-08-01"), Decimal(300))]

    found = periods(day("2025-07-01"), day("2025-10-01"), Decimal(1000), payments)

    assert [(p.start.isoformat(), p.end.isoformat(), int(base)) for p, base in found] == [
        ("2025-07-01", "2025-08-01", 1000),
        ("2025-08-01", "2025-09-01", 700),
        ("2025-09-01", "2025-10-01", 600),
    ]


DAYS = st.dates(day("2023-01-01"), day("2026-12-31"))


@given(DAYS, DAYS, DAYS, st.integers(1, 1_000_000))
def test_a_period_has_the_interest_of_its_halves(first, second, third, base):
    """Except for the rounding of each half."""
    start, middle, end = sorted((first, second, third))

    whole = interest(Decimal(base), Period(start, end))
    halves = interest(Decimal(base), Period(start, middle)) + interest(Decimal(base), Period(middle, end))

    assert abs(whole - halves) <= Decimal("0.01")
