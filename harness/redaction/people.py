"""Recognises the values of personal members in messages made from the same answers."""

import re
import threading
from collections.abc import Iterator
from http import HTTPStatus

from stdnum.no import orgnr

from harness.redaction.identities import UUID

MOST, LONGEST = 20_000, 120
"""The most values kept (the first ones), and the most characters of each."""

SHORTEST = 5
"""Characters; a shorter value (a country, a postcode) occurs in too many unrelated texts."""

SHORTEST_NUMBER = 8
"""Digits; a shorter number may be an amount."""

_WORD = re.compile(r"\w+")
_COMMON = frozenset(
    {"string", "number", "integer", "boolean", "object", "array", "false", "none", "unknown", "ukjent", "ingen"}
    | {status.phrase.lower() for status in HTTPStatus}
)
"""Words of schemas and HTTP, common in messages about wrong values, and words used where a name is unknown."""

_OF_NOBODY = re.compile(
    rf"{UUID.pattern}"
    r"|\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)?"
    r"|\d{1,2}\.\d{1,2}\.(?:\d{4}|\d\d)"
    r"|[-+]?\d{1,7}(?:[.,]\d*)?(?:[eE][-+]?\d+)?|[-+]?\d+[.,]\d{1,2}"
    r"|[A-ZÆØÅ0-9]+(?:_[A-ZÆØÅ0-9]+)+|[A-Z]{1,6}-\d{1,6}"
    r"|[a-z]+/[a-z0-9.+*-]+(?: *;.*)?"
)
"""Values that identify nobody even where a name belongs: ids, dates and times, amounts, codes, media types. The same
value elsewhere has its own meaning there."""


class People:
    """Personal values. A name has no recognisable form; only the place where it was found shows that it is one."""

    def __init__(self) -> None:
        self._by_first: dict[str, dict[int, set[str]]] = {}
        """By first word, then by length, so that a look-up does not slow down as values accumulate."""
        self._count = 0
        self._lock = threading.Lock()

    def meet(self, text: str) -> None:
        """Remembers values, one per line, that do not occur by chance: not a single lower-case word, and nothing whose
        form shows that it does not identify a person."""
        for line in text.splitlines():
            value = " ".join(line.split())
            shortest = SHORTEST_NUMBER if value.isdecimal() else SHORTEST
            first = _WORD.search(value)
            if (
                len(value) < shortest
                or first is None
                or (value.isalpha() and value.islower())
                or value.lower() in _COMMON
                or _OF_NOBODY.fullmatch(value)
                or (len(value) == 9 and orgnr.is_valid(value))
            ):
                continue
            found = value[first.start() :][:LONGEST]
            with self._lock:
                kept = self._by_first.setdefault(first[0], {}).setdefault(len(found), set())
                if self._count < MOST and found not in kept:
                    kept.add(found)
                    self._count += 1

    def spans(self, plain: str) -> Iterator[tuple[int, int]]:
        """The spans of remembered values that occur as separate words."""
        if self._by_first.keys().isdisjoint(_WORD.findall(plain)):
            return
        for word in _WORD.finditer(plain):
            for length, values in self._by_first.get(word[0], {}).items():
                end = word.start() + length
                if plain[word.start() : end] in values and not plain[end : end + 1].isalnum():
                    yield word.start(), end
