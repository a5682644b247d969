"""Takes off what hides a text, and keeps where each character came from.

Percent-encoding, JSON and HTML escapes are read as what they stand for, in any number of layers; digits and letters of
other scripts and widths as the ASCII ones; marks that nobody sees are left out.
"""

import html
import re
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

MOST_LAYERS = 4

_ESCAPE = re.compile(
    r"(?P<percent>(?:%(?:25)*[0-9A-Fa-f]{2})+)"
    r"|\\{1,16}u(?P<json>[0-9A-Fa-f]{4})"
    r"|\\{1,16}x(?P<hex>[0-9A-Fa-f]{2})"
    r"|\\{1,16}(?P<letter>[nrt/\"'])"
    r"|&(?:amp;)*#(?P<decimal>\d{1,7});?"
    r"|&(?:amp;)*#[xX](?P<hexadecimal>[0-9A-Fa-f]{1,6});?"
    r"|&(?:amp;)*(?P<entity>[A-Za-z]{2,8});"
    r"|(?P<nothing>[\x00\xad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]|=\r?\n)"
)
_OCTET = re.compile(r"%(?:25)*([0-9A-Fa-f]{2})")
_LETTERS = {"n": "\n", "r": "\r", "t": "\t"}
_OPENING = re.compile(r"[%\\&\x00\xad\u0100-\ufffc\U00010000-\U0010ffff]|=\r?\n")
"""What a text has that hides something: a sign of an escape, or one beyond the letters of Western Europe."""


@dataclass(frozen=True)
class Folded:
    """A text as it is meant. `places` are the positions of its characters in the original; None: the same ones."""

    plain: str
    length: int
    places: Sequence[int] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The part of the original that a part of the plain text stands for."""
        if self.places is None:
            return start, end
        return self.places[start], self.places[end] if end < len(self.places) else self.length


def folded(text: str) -> Folded:
    """A text as it is meant, in time that is linear in its length."""
    if _OPENING.search(text) is None:
        return Folded(text, len(text))
    plain = text if text.isascii() else text.translate(_narrow())
    places: Sequence[int] | None = None
    for _ in range(MOST_LAYERS):
        found = _layer_off(plain)
        if found is None:
            break
        plain, starts = found
        places = starts if places is None else [places[start] for start in starts]
    return Folded(plain, len(text), places)


def plain_of(text: str) -> str:
    """As `folded`, for who needs no places: nothing is kept beside the text itself."""
    plain = text if text.isascii() else text.translate(_narrow())
    for _ in range(MOST_LAYERS):
        if _OPENING.search(plain) is None:
            break
        before, plain = plain, _ESCAPE.sub(_meant, plain)
        if before == plain:
            break
    return plain


def _meant(match: re.Match[str]) -> str:
    meaning = _meaning(match)
    return match[0] if meaning is None else "".join(sign for sign, _ in meaning)


def _layer_off(text: str) -> tuple[str, list[int]] | None:
    """The text without one layer of escapes, with the position of each character that is left; None without any."""
    parts: list[str] = []
    places: list[int] = []
    end = 0
    for match in _ESCAPE.finditer(text):
        meant = _meaning(match)
        if meant is None:
            continue
        places += range(end, match.start())
        parts.append(text[end : match.start()])
        for sign, place in meant:
            parts.append(sign)
            places.append(place)
        end = match.end()
    if not end:
        return None
    places += range(end, len(text))
    return "".join([*parts, text[end:]]), places


def _meaning(match: re.Match[str]) -> list[tuple[str, int]] | None:
    """What an escape stands for, sign by sign with the place of each; None for what is none."""
    kind, start = match.lastgroup, match.start()
    value = match[kind or 0]
    if kind == "percent":
        return _octets(match)
    if kind == "nothing":
        return []
    if kind == "letter":
        return [(_LETTERS.get(value, value), start)]
    if kind == "entity":
        meant = html.unescape(f"&{value};")
        return [(meant, start)] if len(meant) == 1 else None
    number = int(value, 10 if kind == "decimal" else 16)
    if number > sys.maxunicode:
        return None
    return [(sign, start) for sign in chr(number).translate(_narrow())] if number else []


def _octets(match: re.Match[str]) -> list[tuple[str, int]]:
    """The letters of a run of percent-encoded octets; those that are no UTF-8 are left out."""
    found = list(_OCTET.finditer(match.string, *match.span()))
    octets = bytes(int(octet[1], 16) for octet in found)
    signs: list[tuple[str, int]] = []
    at = 0
    for sign in octets.decode("utf-8", errors="surrogateescape"):
        if not "\ud800" <= sign <= "\udfff" and sign != "\0":
            signs += [(narrow, found[at].start()) for narrow in sign.translate(_narrow())]
        at += len(sign.encode("utf-8", errors="surrogateescape"))
    return signs


@cache
def _narrow() -> dict[int, str]:
    """Digits of any script, and letters and signs of other widths, as the ASCII ones."""
    wide = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    digits = {code: str(unicodedata.decimal(chr(code))) for code in range(0x80, 0x20000) if chr(code).isdecimal()}
    dots = dict.fromkeys(map(ord, "\u3002\uff61\ufe52\u2024"), ".")
    dashes = dict.fromkeys([*range(0x2010, 0x2016), 0x2212, 0xFE63], "-")
    return wide | digits | dots | dashes
