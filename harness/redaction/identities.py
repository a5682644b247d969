"""Finds identity numbers of persons, and account numbers, in the forms that people and programs write."""

import re
from collections.abc import Iterator

from harness.identifiers import may_be_person

UUID = re.compile(r"[0-9A-Fa-f](?<![0-9A-Fa-f]{2})[0-9A-Fa-f]{7}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}(?![0-9A-Fa-f])")
"""A korrelasjonsid may contain eleven digits in a row, and support cannot find a call by half of one."""

DIGITS = 11
_BETWEEN = r"[ .,_/\-\u00a0\u2000-\u200a\u202f\u205f\u3000]"
_CLUSTER = re.compile(rf"\d(?<!\d\d)(?:{_BETWEEN}{{0,2}}\d){{10,}}")
_GROUP = re.compile(r"\d+")
_IBAN = re.compile(r"\bNO\d{2}(?: ?\d{4}){2} ?\d{3}(?!\d)")
_FIVE = re.compile(r"\d(?<=[\W_]\d)\d{4}(?!\d)")
_DATE_BEFORE = re.compile(
    r"(?<!\d)(?:(?P<date>\d{6})"
    rf"|(?P<first>\d{{2}}|\d{{4}}){_BETWEEN}{{1,2}}(?P<month>\d{{2}}){_BETWEEN}{{1,2}}(?P<last>\d{{4}}|\d{{2}}))"
    r"(?:<[^<>]{0,40}>|[^\w<>]|_){1,4}\Z"
)
_OTHER_ELEMENT = re.compile(r"</(?P<ended>[\w:.-]+)\s*>\s*<(?!(?P=ended)[\s>])[\w:.-]")
"""Where one XML element ends and another begins, such as a date and an amount after it."""
_LONGEST_BEFORE = 120
"""Six digits or a date of birth, and five digits, with anything between them, even a line end or a tag."""
_WRITTEN = frozenset({(11,), (6, 5), (6, 3, 2), (2, 2, 2, 5), (2, 2, 2, 3, 2), (4, 2, 5)})
"""How people group the digits of an identity number (day, month, year, number) and of an account number (4, 2, 5)."""


def identities(text: str) -> Iterator[tuple[int, int]]:
    """The spans of numbers that may identify a person or an account: any eleven digits in a row, and eleven separated
    ones if they are grouped like such numbers or have correct check digits."""
    found = [*_clusters(text), *_dates_with_number(text)]
    if found and "-" in text:
        kept = [match.span() for match in UUID.finditer(text)]
        found = [(start, end) for start, end in found if not any(a < end and start < b for a, b in kept)]
    yield from found
    if "NO" in text:
        yield from (match.span() for match in _IBAN.finditer(text))


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    for cluster in _CLUSTER.finditer(text):
        groups = [match.span() for match in _GROUP.finditer(text, *cluster.span())]
        for first, last in _elevens(groups):
            lengths = tuple(stop - begin for begin, stop in groups[first : last + 1])
            if lengths in _WRITTEN or may_be_person("".join(text[a:b] for a, b in groups[first : last + 1])):
                yield groups[first][0], groups[last][1]


def _dates_with_number(text: str) -> Iterator[tuple[int, int]]:
    for five in _FIVE.finditer(text):
        start, end = five.span()
        before = _DATE_BEFORE.search(text, max(0, start - _LONGEST_BEFORE), start)
        if before is None or not may_be_person(_date_of(before) + five[0]):
            continue
        if not _OTHER_ELEMENT.search(text, before.start(), start):
            yield before.start(), end


def _date_of(before: re.Match[str]) -> str:
    """Day, month and year in the form that begins an identity number."""
    if before["date"]:
        return before["date"]
    first, last = before["first"], before["last"]
    day, year = (last, first) if len(first) == 4 else (first, last)
    return f"{day}{before['month']}{year[-2:]}"


def is_number_of_person(digits: str) -> bool:
    """Whether a JSON integer may be an identity number, with or without its leading zero."""
    return len(digits) == DIGITS or (len(digits) == DIGITS - 1 and may_be_person(f"0{digits}"))


def _elevens(groups: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The runs of whole groups with eleven digits in total, by first and last group."""
    first, count = 0, 0
    for last, (start, end) in enumerate(groups):
        count += end - start
        while count > DIGITS:
            count -= groups[first][1] - groups[first][0]
            first += 1
        if count == DIGITS:
            yield first, last
