"""Numbers with check digits, of parties, accounts and payments. All numbers made here are synthetic."""

import datetime
from itertools import cycle

from stdnum import luhn
from stdnum.exceptions import ValidationError
from stdnum.no import fodselsnummer, kontonr, orgnr

SYNTHETIC_MONTH = 80
"""Added to the month of a synthetic person; real numbers do not have it (API documentation, Testmiljø, 2022-12)."""


def synthetic_organisation(serial: int) -> str:
    """An organisation number that begins with 3; each serial below 900,000 gives a different number."""
    first = 300_000_000 + serial % 900_000 * 100
    return next(str(number) for number in range(first, first + 100) if orgnr.is_valid(str(number)))


def synthetic_person(born: datetime.date, serial: int = 0) -> str:
    """The person number of somebody born between 1940 and 1999."""
    for individual in range(serial % 400, 500):
        stem = f"{born:%d}{born.month + SYNTHETIC_MONTH:02d}{born:%y}{individual:03d}"
        first = fodselsnummer.calc_check_digit1(stem)
        if len(first) == 1:
            second = fodselsnummer.calc_check_digit2(stem + first)
            if len(second) == 1:
                return stem + first + second
    raise ValueError(f"no number is left for {born}")


def is_organisation(number: str) -> bool:
    return bool(orgnr.is_valid(number)) and number.isdigit()


def is_person(number: str) -> bool:
    """A birth number or D-number, synthetic or not, with valid check digits and a date in it."""
    if len(number) != 11 or not number.isascii() or not number.isdigit():
        return False
    first = fodselsnummer.calc_check_digit1(number)
    second = fodselsnummer.calc_check_digit2(number)
    return number[9:] == first + second and birth_date(number) is not None


def is_synthetic(number: str) -> bool:
    """A synthetic organisation begins with 2 or 3, a synthetic person has 80 added to the month."""
    if len(number) == 9:
        return number[0] in "23"
    return len(number) == 11 and number[2] in "89"


def birth_date(number: str) -> datetime.date | None:
    """The date inside a person number; None if there is none."""
    month = int(number[2:4])
    real = month - SYNTHETIC_MONTH if month > SYNTHETIC_MONTH else month
    try:
        found: datetime.date = fodselsnummer.get_birth_date(f"{number[:2]}{real:02d}{number[4:]}")
    except ValidationError:
        return None
    return found


def is_account(number: str) -> bool:
    """A Norwegian account number of 11 digits."""
    return len(number) == 11 and number.isascii() and number.isdigit() and bool(kontonr.is_valid(number))


def kid_mod10(stem: str) -> str:
    """A payment reference with a Luhn check digit."""
    return stem + str(luhn.calc_check_digit(stem))


def kid_mod11(stem: str) -> str:
    """A payment reference with a modulus 11 check digit; the digit for 10 is a hyphen."""
    total = sum(weight * int(digit) for weight, digit in zip(cycle(range(2, 8)), reversed(stem), strict=False))
    digit = -total % 11
    return stem + ("-" if digit == 10 else str(digit))


def is_kid(number: str) -> bool:
    """2 to 25 characters, the last of which is a valid check digit by one of the two moduli."""
    stem, digits = number[:-1], number.removesuffix("-")
    if not 2 <= len(number) <= 25 or not digits.isascii() or not digits.isdigit():
        return False
    return number in {kid_mod10(stem), kid_mod11(stem)}


def broken(number: str) -> str:
    """The same number with a last digit that is wrong by both moduli of payment references."""
    for step in range(1, 10):
        other = number[:-1] + str((int(number[-1]) + step) % 10)
        if not (is_kid(other) or is_organisation(other) or is_account(other)):
            return other
    raise ValueError("every digit is right")
