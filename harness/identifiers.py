"""Which identifiers belong to nobody real: synthetic organisations and persons (API documentation, Testmiljø, 2023-03).

A synthetic organisation number begins with 2 or 3; Brønnøysund's own begin with 8 or 9. A synthetic birth or D-number
has 80 added to its month.
"""

from operator import mul

from stdnum.no import orgnr

SYNTHETIC_FIRST = ("2", "3")
SYNTHETIC_MONTHS = frozenset(f"{month + 80:02}" for month in range(1, 13))
MONTHS = frozenset(f"{month + added:02}" for month in range(1, 13) for added in (0, 40, 65))
"""The month as it is, and with what parties other than Skatteetaten add: the number may be real in another register."""
DAYS = frozenset(f"{day + added:02}" for day in range(1, 32) for added in (0, 40))
"""The day as it is, and as in a D-number."""

FIRST_WEIGHTS = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
SECOND_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
FIRST_REMAINDERS = frozenset({0, 1, 2, 3})


def is_synthetic_organisation(number: str) -> bool:
    """Nine digits, the first a 2 or 3, with a valid check digit."""
    return number.startswith(SYNTHETIC_FIRST) and len(number) == 9 and orgnr.is_valid(number)


def is_real_organisation(number: str) -> bool:
    """Whether the digits may be a real organisation's number: the check digit is valid, and they are not synthetic."""
    return len(number) == 9 and orgnr.is_valid(number) and not number.startswith(SYNTHETIC_FIRST)


def is_real_person(number: str) -> bool:
    """Whether the digits may be a real person's number: the check digits are valid, and the month is not 81 to 92."""
    return number[:2] in DAYS and number[2:4] in MONTHS and has_person_check_digits(number)


def is_synthetic_person(number: str) -> bool:
    """Eleven digits with 80 added to the month and valid check digits."""
    return number[2:4] in SYNTHETIC_MONTHS and has_person_check_digits(number)


def may_be_person(number: str) -> bool:
    """Whether the digits may be anyone's number, including a synthetic person's."""
    return number[:2] in DAYS and number[2:4] in MONTHS | SYNTHETIC_MONTHS and has_person_check_digits(number)


def has_person_check_digits(number: str) -> bool:
    """Whether eleven digits have the check digits of a birth or D-number.

    The first sum's remainder is 0 today and 0 to 3 in numbers issued from 2032, the second's always 0 (Skatteetaten,
    Folkeregisteret, "Nytt fødselsnummer fra 2032").
    """
    if len(number) != 11 or not number.isascii() or not number.isdigit():
        return False
    digits = [int(digit) for digit in number]
    first = sum(map(mul, FIRST_WEIGHTS, digits)) % 11
    return first in FIRST_REMAINDERS and sum(map(mul, SECOND_WEIGHTS, digits)) % 11 == 0
