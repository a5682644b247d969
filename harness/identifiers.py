"""Which numbers name nobody real: synthetic organisations and persons (API documentation, Testmiljø, 2023-03).

A synthetic organisation number begins with 2 or 3; Brønnøysund's own begin with 8 or 9. A synthetic birth or D-number
has 80 added to its month.
"""

import unicodedata

from stdnum.no import fodselsnummer, orgnr

SYNTHETIC_FIRST = ("2", "3")
OTHER_SYNTHETIC_MONTHS = (40, 65)
"""Added to the month by others than Skatteetaten; such a number is somebody's in another register."""


def is_synthetic_organisation(number: str) -> bool:
    """Nine digits, the first a 2 or a 3, with a right check digit."""
    return number.startswith(SYNTHETIC_FIRST) and len(number) == 9 and orgnr.is_valid(number)


def is_real_organisation(number: str) -> bool:
    """Whether the digits may be a real organisation's number: the check digit is right, and they are not synthetic."""
    return len(number) == 9 and orgnr.is_valid(number) and not number.startswith(SYNTHETIC_FIRST)


def is_real_person(number: str) -> bool:
    """Whether the digits may be a real person's number: the check digits are right, and the month is not 81 to 92."""
    if len(number) != 11 or not number.isascii() or not number.isdigit():
        return False
    rightly = number[9] == fodselsnummer.calc_check_digit1(number)
    if not rightly or number[10] != fodselsnummer.calc_check_digit2(number):
        return False
    day, month = int(number[:2]), int(number[2:4])
    months = (month, *(month - added for added in OTHER_SYNTHETIC_MONTHS))
    return any(1 <= each <= 12 for each in months) and (1 <= day <= 31 or 41 <= day <= 71)


def is_synthetic_person(number: str) -> bool:
    """Eleven digits, 80 added to the month, with right check digits."""
    rightly = len(number) == 11 and number.isascii() and number.isdigit() and 81 <= int(number[2:4]) <= 92
    return (
        rightly
        and number[9] == fodselsnummer.calc_check_digit1(number)
        and number[10] == fodselsnummer.calc_check_digit2(number)
    )


def ascii_digits(text: str) -> str:
    """The text with every decimal digit of any script as 0 to 9."""
    return "".join(str(unicodedata.decimal(c)) if not c.isascii() and c.isdecimal() else c for c in text)
