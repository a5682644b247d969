"""Knows again what stood under a personal name, in the messages that are made of the same answers."""

import re
import threading
from collections.abc import Iterator
from http import HTTPStatus

from stdnum.no import orgnr

from harness.redaction.identities import UUID

MOST, LONGEST = 20_000, 120
"""Values that are kept, and characters of each; of a service that sends more, the first."""

SHORTEST = 5
"""Characters; a shorter value (a country, a post code) is in too many texts that have nothing to do with it."""

SHORTEST_NUMBER = 8
"""Digits; a shorter number may be an amount."""

_WORD = re.compile(r"\w+")
_COMMON = frozenset(
    {"string", "number", "integer", "boolean", "object", "array", "false", "none", "unknown", "ukjent", "ingen"}
    | {status.phrase.lower() for status in HTTPStatus}
)
"""Words of schemas and of HTTP, which messages about a wrong value are full of, and of those who know no name."""

_OF_NOBODY = re.compile(
    rf"{UUID.pattern}"
    r"|\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)?"
    r"|\d{1,2}\.\d{1,2}\.(?:\d{4}|\d\d)"
    r"|[-+]?\d{1,7}(?:[.,]\d*)?(?:[eE][-+]?\d+)?|[-+]?\d+[.,]\d{1,2}"
    r"|[A-ZÆØÅ0-9]+(?:_[A-ZÆØÅ0-9]+)+|[A-Z]{1,6}-\d{1,6}"
    r"|[a-z]+/[a-z0-9.+*-]+(?: *;.*)?"
)
"""What names nobody though it stands where a name should: ids, dates and times, amounts, codes, media types. The same
value stands elsewhere because it is what it is there."""


class People:
    """Values by what they say. A name has no form by which it is known; it is known from where it stood."""

    def __init__(self) -> None:
        self._by_first: dict[str, dict[int, set[str]]] = {}
        """By first word, then by length: what is looked up does not grow with how many values were met."""
        self._count = 0
        self._lock = threading.Lock()

    def meet(self, text: str) -> None:
        """Remembers values, one on each line, that nobody would write by chance: no single word in small letters, and
        nothing that by its form names no person."""
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
        """Where a value stands that was met, as words of their own."""
        if self._by_first.keys().isdisjoint(_WORD.findall(plain)):
            return
        for word in _WORD.finditer(plain):
            for length, values in self._by_first.get(word[0], {}).items():
                end = word.start() + length
                if plain[word.start() : end] in values and not plain[end : end + 1].isalnum():
                    yield word.start(), end
