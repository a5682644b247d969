"""Removes whatever hides a text, and remembers where each character came from.

Percent-encoding, JSON and HTML escapes are decoded in several layers; digits and letters of other scripts and widths
become ASCII; invisible characters are dropped.
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
    r"|(?:\\{1,16}|%(?:25)*)u(?P<json>[0-9A-Fa-f]{4})"
    r"|\\{1,16}(?:[ux]\{(?P<point>[0-9A-Fa-f]{1,6})\}|U(?P<long>[0-9A-Fa-f]{8}))"
    r"|\\{1,16}x(?P<hex>[0-9A-Fa-f]{2})"
    r"|\\{1,16}(?P<css>00[0-9A-Fa-f]{4})"
    r"|\\{1,16}(?P<octal>[01][0-7]{2})"
    r"|\\{1,16}(?P<letter>[nrt/\"'])"
    r"|&(?:amp;)*#0*(?P<decimal>\d{1,7});?"
    r"|&(?:amp;)*#[xX]0*(?P<hexadecimal>[0-9A-Fa-f]{1,6});?"
    r"|&(?:amp;)*(?P<entity>[A-Za-z]{2,24});"
    r"|(?P<quoted>(?:=[0-9A-Fa-f]{2}){6,})"
    r"|(?P<nothing>\x1b\[[0-9;?]{0,20}[@-~]|\x1b\][^\x07\x1b]{0,200}(?:\x07|\x1b\\)"
    r"|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u2069\u20d0-\u20ff\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef]|=\r?\n)"
)
_OCTET = re.compile(r"(?:%(?:25)*|=)([0-9A-Fa-f]{2})")
_BASES = {"decimal": 10, "octal": 8}
_LETTERS = {"n": "\n", "r": "\r", "t": "\t"}
_OPENING = re.compile(r"[%\\&\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u0100-\ufffc\U00010000-\U0010ffff]")
"""Characters that may hide something: the start of an escape, or one outside the letters of Western Europe."""
_FOREIGN = re.compile(r"[\x85\u0100-\U0010ffff]")
"""Characters that may have a narrow form: none of the letters of Western Europe, which fill most texts, has one."""
_DRESSED = re.compile(r"[\xb2\xb3\xb9\u0100-\U0010ffff]")
"""Characters that may be a digit in another form."""
_QUOTED = re.compile(r"=(?:\r?\n|[0-9A-Fa-f]{2}=)")
"""Signs of quoted-printable: a soft line break, or consecutive escapes."""


@dataclass(frozen=True)
class Folded:
    """A text as it is meant. `places` are the positions of its characters in the original; None if unchanged."""

    plain: str
    length: int
    places: Sequence[int] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span in the original of a span in the plain text."""
        if self.places is None:
            return start, end
        return self.places[start], self.places[end] if end < len(self.places) else self.length


def _hides_something(text: str) -> bool:
    return _OPENING.search(text) is not None or ("=" in text and _QUOTED.search(text) is not None)


def folded(text: str) -> Folded:
    """A text as it is meant, in linear time."""
    if not _hides_something(text):
        return Folded(text, len(text))
    plain = _narrowed(text)
    places: Sequence[int] | None = None
    for _ in range(MOST_LAYERS):
        found = _layer_off(plain) if _hides_something(plain) else None
        if found is None:
            break
        plain, starts = found
        places = starts if places is None else [places[start] for start in starts]
    return Folded(plain, len(text), places)


def plain_of(text: str) -> str:
    """Like `folded`, for callers that need no places: only the text itself is kept."""
    plain = _narrowed(text)
    for _ in range(MOST_LAYERS):
        if not _hides_something(plain):
            break
        before, plain = plain, _ESCAPE.sub(_meant, plain)
        if before == plain:
            break
    return plain


def _narrowed(text: str) -> str:
    return text if text.isascii() or _FOREIGN.search(text) is None else text.translate(_narrow())


def _meant(match: re.Match[str]) -> str:
    meaning = _meaning(match)
    return match[0] if meaning is None else "".join(sign for sign, _ in meaning)


def _layer_off(text: str) -> tuple[str, list[int]] | None:
    """The text without one layer of escapes, with the position of each remaining character; None if there are no
    escapes."""
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
    """The characters that an escape stands for, each with its place; None if it is not an escape."""
    kind, start = match.lastgroup, match.start()
    value = match[kind or 0]
    if kind in {"percent", "quoted"}:
        return _octets(match)
    if kind == "nothing":
        return []
    if kind == "letter":
        return [(_LETTERS.get(value, value), start)]
    if kind == "entity":
        meant = html.unescape(f"&{value};")
        return [(meant, start)] if len(meant) == 1 else None
    number = int(value, _BASES.get(kind or "", 16))  # of an entity, or of an escape of a programming language
    if number > sys.maxunicode:
        return None
    return [(sign, start) for sign in chr(number).translate(_narrow())] if number else []


def _octets(match: re.Match[str]) -> list[tuple[str, int]]:
    """The characters of a run of octets, percent-encoded or quoted-printable, without those that are not UTF-8."""
    found = list(_OCTET.finditer(match.string, *match.span()))
    octets = bytes(int(octet[1], 16) for octet in found)
    signs: list[tuple[str, int]] = []
    at = 0
    for sign in octets.decode("utf-8", errors="surrogateescape"):
        if not "\ud800" <= sign <= "\udfff" and sign != "\0":
            signs += [(narrow, found[at].start()) for narrow in sign.translate(_narrow())]
        at += len(sign.encode("utf-8", errors="surrogateescape"))
    return signs


DRESSED = (range(0x2102, 0x2140), range(0x24B6, 0x24EA), range(0x1D400, 0x1D800))
"""Unicode's double-struck, circled and mathematical letters. Superscript and circled digits are excluded: as a footnote
mark after a number, one would change that number."""


@cache
def _narrow() -> dict[int, str]:
    """Maps digits of any script, and letters and signs of other widths and styles, to ASCII."""
    dressed = {code: unicodedata.normalize("NFKC", chr(code)) for block in DRESSED for code in block}
    dressed = {code: plain for code, plain in dressed.items() if len(plain) == 1 and plain.isascii()}
    wide = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    digits = {code: str(unicodedata.decimal(chr(code))) for code in range(0x80, 0x20000) if chr(code).isdecimal()}
    outlined = {0x1CCF0 + digit: str(digit) for digit in range(10)}  # newer than Python's Unicode data
    dots = dict.fromkeys(map(ord, "\u3002\uff61\ufe52\u2024"), ".")
    dashes = dict.fromkeys([*range(0x2010, 0x2016), 0x2212, 0xFE63], "-")
    ends = dict.fromkeys((0x85, 0x2028, 0x2029), "\n")
    return dressed | wide | digits | outlined | dots | dashes | ends


def undressed(plain: str) -> str:
    """A plain text with superscript, subscript, circled and bracketed digits as ASCII ones, each in its place."""
    return plain if plain.isascii() or _DRESSED.search(plain) is None else plain.translate(_undressed())


@cache
def _undressed() -> dict[int, str]:
    signs = (
        (code, unicodedata.category(chr(code)), unicodedata.numeric(chr(code), -1)) for code in range(0x80, 0x20000)
    )
    return {code: str(int(value)) for code, kind, value in signs if kind == "No" and value in range(10)}
