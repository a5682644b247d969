"""Finds identity numbers of persons, and account numbers, in the ways that people and programs write them."""

import re
from collections.abc import Iterator

from harness.identifiers import may_be_person

UUID = re.compile(r"(?<![0-9A-Fa-f])[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}(?![0-9A-Fa-f])")
"""A korrelasjonsid can hold eleven digits in a row, and support finds no call by half of one."""

DIGITS = 11
_BETWEEN = r"[ .,_/\-\u00a0\u2000-\u200a\u202f\u205f\u3000]"
_CLUSTER = re.compile(rf"\d(?:{_BETWEEN}{{0,2}}\d){{10,}}")
_GROUP = re.compile(r"\d+")
_IBAN = re.compile(r"\bNO\d{2}(?: ?\d{4}){2} ?\d{3}(?!\d)")
_WRITTEN = frozenset({(11,), (6, 5), (6, 3, 2), (2, 2, 2, 5), (2, 2, 2, 3, 2), (4, 2, 5)})
"""How people group the digits of an identity number (day, month, year, number) and of an account (4, 2, 5)."""


def identities(text: str) -> Iterator[tuple[int, int]]:
    """Where a number stands that may name a person or an account: eleven digits in a row whatever they are, and eleven
    with something between them where they are grouped as such numbers are, or have right check digits."""
    kept = [match.span() for match in UUID.finditer(text)] if "-" in text else []
    for cluster in _CLUSTER.finditer(text):
        groups = [match.span() for match in _GROUP.finditer(text, *cluster.span())]
        for first, last in _elevens(groups):
            start, end = groups[first][0], groups[last][1]
            if any(begin < end and start < stop for begin, stop in kept):
                continue
            lengths = tuple(stop - begin for begin, stop in groups[first : last + 1])
            if lengths in _WRITTEN or may_be_person("".join(text[a:b] for a, b in groups[first : last + 1])):
                yield start, end
    if "NO" in text:
        yield from (match.span() for match in _IBAN.finditer(text))


def is_number_of_person(digits: str) -> bool:
    """Whether a JSON integer may be an identity number, with its leading zero or without it."""
    return len(digits) == DIGITS or (len(digits) == DIGITS - 1 and may_be_person(f"0{digits}"))


def _elevens(groups: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The runs of whole groups that have eleven digits together, by first and last group."""
    first, count = 0, 0
    for last, (start, end) in enumerate(groups):
        count += end - start
        while count > DIGITS:
            count -= groups[first][1] - groups[first][0]
            first += 1
        if count == DIGITS:
            yield first, last
