"""The texts of an error are meant for people: not empty, not a code, and without unfilled placeholders."""

import re
from collections.abc import Iterator, Mapping

from harness.contract.checks import Breach, Call
from harness.contract.error_body import listed_conditions, parse_error

OF_THE_ERROR = ("title", "detail", "melding")
OF_A_CONDITION = ("melding", "beskrivelse")
CODES = ("kode", "feilkode")

CODE = re.compile(r"[A-ZÆØÅ0-9]+([_-][A-ZÆØÅ0-9]+)+")
"""KB-006, XXX-003, UGYLDIG_KID: how the authority writes codes; a sentence never looks like this."""

PLACEHOLDER = re.compile(r"%[A-Za-z]\w*|(?<![\w\])])\$?\{\w*\}")
"""How the published texts of conditions mark what the service must fill in."""


def applies(call: Call) -> bool:
    return call.exchange.response.status >= 400 and any(True for _ in _texts(call))


def breaches(call: Call) -> Iterator[Breach]:
    for place, codes, text in _texts(call):
        words = text.strip()
        if not words:
            yield Breach(f"{place} empty", "a text for people", "an empty text")
        elif CODE.fullmatch(words) or words in codes:
            yield Breach(f"{place} is a code", "a text for people", "a code")
        elif PLACEHOLDER.search(words):
            yield Breach(f"{place} with a placeholder", "a text with its values filled in", "a placeholder")


def _texts(call: Call) -> Iterator[tuple[str, frozenset[str], str]]:
    """The place of each text, the codes next to it, and the text."""
    members = parse_error(call.exchange.response) or {}
    yield from _texts_of("", members, OF_THE_ERROR)
    for condition in listed_conditions(call.exchange.response):
        yield from _texts_of("condition's ", condition, OF_A_CONDITION)


def _texts_of(
    prefix: str, members: Mapping[str, object], names: tuple[str, ...]
) -> Iterator[tuple[str, frozenset[str], str]]:
    codes = frozenset(str(members[name]) for name in CODES if name in members)
    for name in names:
        text = members.get(name)
        if isinstance(text, str):
            yield f"{prefix}{name}", codes, text
