"""Finds entries: the shelves by walking their folder, an entry by its id, and similar ids."""

import importlib
import pkgutil
import unicodedata
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache

from harness.handbook import shelves
from harness.handbook.entry import Entry


class UnknownIdError(Exception):
    """Nothing has that name; the text suggests similar names."""


def kinds() -> list[str]:
    """The kinds of entries: the modules' names."""
    return sorted(module.name for module in pkgutil.iter_modules(shelves.__path__))


@cache
def entries_of(kind: str) -> tuple[Entry, ...]:
    """Every entry of a kind, in the order of its source."""
    return tuple(importlib.import_module(f"{shelves.__name__}.{kind}").entries())


def find(name: str) -> tuple[Entry, ...]:
    """Every entry with that name, in any letter case; raises UnknownIdError."""
    found = _by_name().get(_plain(name), ())
    if not found:
        near = near_names(name, (known for kind in kinds() for entry in entries_of(kind) for known in entry.names))
        hint = (
            f"Did you mean {' or '.join(near)}?" if near else f"`provestand list {'|'.join(kinds())}` shows them all."
        )
        raise UnknownIdError(f"There is nothing called {name!r}. {hint}")
    return found


@cache
def _by_name() -> Mapping[str, tuple[Entry, ...]]:
    found: dict[str, tuple[Entry, ...]] = {}
    for kind in kinds():
        for entry in entries_of(kind):
            for name in dict.fromkeys(map(_plain, entry.names)):
                found[name] = (*found.get(name, ()), entry)
    return found


def near_names(name: str, known: Iterable[str]) -> list[str]:
    """The names that were probably meant, at most three: those spelt similarly, or else containing what was typed."""
    by_plain = {_plain(each): each for each in known}
    wanted = _plain(name)
    near = get_close_matches(wanted, by_plain, n=3, cutoff=0.6)
    near = near or sorted((each for each in by_plain if wanted and wanted in each), key=len)[:3]
    return [by_plain[each] for each in near]


def apis() -> list[str]:
    """The APIs and issuers that some entry belongs to."""
    return sorted({entry.api for kind in kinds() for entry in entries_of(kind)} - {""})


def searched(entries: Iterable[Entry], words: str) -> list[Entry]:
    """The entries that contain all these words, in any letter case."""
    wanted = _plain(words).split()
    return [entry for entry in entries if all(word in _plain(_all_of(entry)) for word in wanted)]


def _all_of(entry: Entry) -> str:
    return "\n".join((*entry.names, entry.text, entry.mark, entry.api, *entry.details.values()))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()
