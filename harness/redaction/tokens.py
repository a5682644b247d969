"""Finds tokens and keys by their form: JWS and JWE whole or in parts, PEM, credentials after their scheme, long random
runs, and any of these encoded in base64, base32, base85 or hex."""

import binascii
import contextlib
import re
from base64 import b32decode, b32hexdecode, urlsafe_b64decode
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from string import ascii_lowercase, ascii_uppercase

from harness.redaction.identities import UUID, identities
from harness.redaction.known import KnownSecrets

PEM = re.compile(r"-----BEGIN [A-Z0-9 ]+-----.*?(?:-----END [A-Z0-9 ]+-----|\Z)", re.DOTALL)
CREDENTIAL = re.compile(
    r"\b(?:[Bb]earer|BEARER|[Bb]asic|BASIC|DPoP|dpop)(?:\s|:)+(?![a-z_]+=[\"\w])(?P<secret>[^\s\"',<>\[\]]+)"
)
"""A scheme with a credential; `Bearer realm="…"` has none."""
SCHEMES = ("earer", "BEARER", "asic", "BASIC", "DPoP", "dpop")
"""Most texts contain none of these, which is quicker to see than that nothing matches."""

RUN = re.compile(r"[A-Za-z0-9+/_-](?<![A-Za-z0-9+/_-]{2})[A-Za-z0-9+/_-]{10,}+")
"""From its first character on: a shorter word is not tried again from each of its characters."""

TAIL = re.compile(r"[A-Za-z0-9+/_=-]*(?:\.[A-Za-z0-9+/_=-]*){0,4}")
NEXT_LINE = re.compile(r"(?:[ \t]*\r?\n[ \t]*|\\n)(?P<more>[A-Za-z0-9+/_=.-]{4,})(?=[ \t]*(?:\r?\n|[\"'<,;\\]|\Z))")
JSON_AS_BASE64 = re.compile(r"eyJ|eyAi|ewog|ew0K")
"""How base64 of `{"`, `{ "` or a brace on its own line begins: a JOSE header, or the claims."""

PRINTED = re.compile(rb"[\x20-\x7e\r\n\t]{8,}")
READABLE = re.compile(rb"[\x20-\x7e\x80-\xf4\r\n\t]{6,}")
WORD = re.compile(r"[a-z]{1,11}")
MOST_RUNS = 20_000
SHORTEST_HEX = 22
HEX_DUMP = re.compile(
    r"(?<![0-9A-Fa-f])(?:0[xX])?[0-9A-Fa-f]{2}(?:[ ,:;-]{1,3}(?:0[xX])?[0-9A-Fa-f]{2}(?![0-9A-Fa-f])){10,}"
)
"""A hex dump."""
HEX_PAIRS = re.compile(r"[ ,:;-](?:0[xX])?[0-9A-Fa-f]{2}[ ,:;-]{1,3}(?:0[xX])?[0-9A-Fa-f]{2}[ ,:;-]")
HEX_PAIR = re.compile(r"(?<![xX0-9A-Fa-f])(?:0[xX])?([0-9A-Fa-f]{2})")

DENSE = re.compile(r"[!-~]{25,}(?:\r?\n[!-~]{1,120})*")
RARE = frozenset("#$%&()*;@^`|~")
"""Characters that are common in base85 and rare in other runs."""
FEWEST_RARE, FEWEST_IN_RUN = 4, 2
PROBE, MOST_PROBES = 15, 12
"""Characters of a run that are decoded to see whether it is text, and the most places to try."""
ALPHABETS = tuple(
    {sign: value for value, sign in enumerate(signs)}
    for signs in (
        "0123456789" + ascii_uppercase + ascii_lowercase + "!#$%&()*+-;<=>?@^_`{|}~",  # RFC 1924
        "".join(map(chr, range(33, 118))),  # Ascii85
        "0123456789" + ascii_lowercase + ascii_uppercase + ".-:+=^!/*?&<>()[]{}@%$#",  # ZeroMQ's Z85
    )
)
"""The value of each character in the alphabets of base85."""
LONG, MIXED = 32, 0.4
"""A run of at least this many characters whose kind (upper case, lower case, digit) changes at least this often is
random: in random runs 63 of 100 neighbours differ, in joined words and names fewer than 30."""


class Tokens:
    """Tokens, by their form or because the tool knows them."""

    def __init__(self, known: KnownSecrets) -> None:
        self._known = known
        self._has_form = lru_cache(MOST_RUNS)(self._has_form_of_secret)

    def spans(self, plain: str) -> Iterator[tuple[int, int]]:
        """The spans of tokens and keys in a text without escapes; runs broken over lines are joined."""
        if "-----BEGIN" in plain:
            yield from (match.span() for match in PEM.finditer(plain))
        yield from (match.span("secret") for match in _credentials(plain))
        end = 0
        for match in RUN.finditer(plain):
            if match.start() >= end and self._is_secret(match[0]):
                end = _end_of_token(plain, match.end())
                yield match.start() + self._path_before(match[0]), end
        yield from self._known.spans(plain)
        yield from self._known.broken(plain)
        for match in HEX_DUMP.finditer(plain) if HEX_PAIRS.search(plain) else ():
            if _holds(bytes.fromhex("".join(HEX_PAIR.findall(match[0]))), self._is_plain_secret):
                yield match.span()
        if sum(sign in plain for sign in RARE) >= FEWEST_RARE:
            yield from self._in_base85(plain)

    def _in_base85(self, plain: str) -> Iterator[tuple[int, int]]:
        for match in DENSE.finditer(plain):
            if len(RARE.intersection(match[0])) >= FEWEST_IN_RUN and any(
                map(self._is_plain_secret, _from_base85(match[0]))
            ):
                yield match.span()

    def _path_before(self, run: str) -> int:
        """The length of the path in front of a token, as in a URL, if the path itself is not one."""
        found = JSON_AS_BASE64.search(run)
        length = run.rfind("/", 0, found.start()) + 1 if found else 0
        return length if length and not self._is_secret(run[: length - 1]) else 0

    def may_be_in(self, plain: str) -> bool:
        """Whether a text contains anything that could be a token."""
        return (
            (any(scheme in plain for scheme in SCHEMES) and CREDENTIAL.search(plain) is not None)
            or "-----BEGIN" in plain
            or any(
                not (match[0].islower() or match[0].isdigit()) or len(match[0]) >= SHORTEST_HEX
                for match in RUN.finditer(plain)
            )
        )

    def _is_secret(self, run: str) -> bool:
        if run.islower() or run.isupper() or run.isdigit():
            if len(run) < SHORTEST_HEX:
                return False
            return any(_holds(octets, self._is_plain_secret) for octets in (_from_hex(run), *_from_base32(run)))
        return self._known.is_part(run) or self._has_form(run)

    def _has_form_of_secret(self, run: str) -> bool:
        """Whether a mixed-case run is JSON in base64, random, or an encoded secret."""
        if _begins_json(run):
            return True
        if _is_random(run):
            return True
        return any(_holds(octets, self._is_plain_secret) for octets in _from_base64(run))

    def _is_plain_secret(self, text: str) -> bool:
        """Whether something decoded from base64 or hex is a secret or an identity number."""
        return (
            "-----BEGIN" in text
            or any(True for _ in _credentials(text))
            or any(_begins_json(match[0]) or self._known.is_part(match[0]) for match in RUN.finditer(text))
            or any(True for _ in self._known.spans(text))
            or any(True for _ in identities(text))
        )


def _credentials(plain: str) -> Iterator[re.Match[str]]:
    if any(scheme in plain for scheme in SCHEMES):
        yield from (match for match in CREDENTIAL.finditer(plain) if not WORD.fullmatch(match["secret"]))


def _begins_json(run: str) -> bool:
    """Whether a run contains JSON in base64; it must decode to text, because other words contain these letters too."""
    for match in JSON_AS_BASE64.finditer(run):
        head = run[match.start() : match.start() + 8]
        if len(head) == 8 and PRINTED.fullmatch(_decoded(head) + b"  "):
            return True
    return False


def _is_random(run: str) -> bool:
    if len(run) < LONG:
        return False
    run = UUID.sub("", run)
    kinds = [0 if sign.isdigit() else 1 if sign.islower() else 2 for sign in run if sign.isalnum()]
    changes = sum(a != b for a, b in pairwise(kinds))
    return len(run) >= LONG and len(set(kinds)) == 3 and changes >= MIXED * len(kinds)


def _from_base64(run: str) -> Iterator[bytes]:
    """The decoded run, starting at each of the four possible offsets."""
    for skipped in range(4):
        yield _decoded(run[skipped:])


def _decoded(text: str) -> bytes:
    whole = text[: len(text) // 4 * 4 if len(text) % 4 == 1 else len(text)].replace("+", "-").replace("/", "_")
    try:
        return urlsafe_b64decode(whole + "=" * (-len(whole) % 4))
    except (binascii.Error, ValueError):
        return b""


def _from_hex(run: str) -> bytes:
    try:
        return bytes.fromhex(run)
    except ValueError:
        return b""


def _from_base32(run: str) -> Iterator[bytes]:
    """The decoded run in either base32 alphabet."""
    whole = run[: len(run) // 8 * 8]
    for decode in (b32decode, b32hexdecode):
        with contextlib.suppress(binascii.Error, ValueError):
            yield decode(whole, casefold=True)


def _from_base85(run: str) -> Iterator[str]:
    """The decoded run in each base85 alphabet, starting at each possible offset.

    A run is decoded in full only if it is text in one of a few places, because otherwise it is not text at all. Several
    places are tried because an apparent escape may have been removed earlier, which shifts the rest.
    """
    signs = "".join(run.split())
    probed = range(0, len(signs) - PROBE, max(PROBE, len(signs) // MOST_PROBES))
    for alphabet in ALPHABETS:
        values = [alphabet.get(sign, 0) for sign in signs]
        for first in range(5):
            starts = (at - at % 5 + first for at in probed)
            if any(PRINTED.fullmatch(_decoded_groups(values[at : at + PROBE])) for at in starts):
                yield _decoded_groups(values[first:]).decode("latin-1")


def _decoded_groups(values: Sequence[int]) -> bytes:
    """Four octets for every five base-85 digits; a group that is too large becomes zeros."""
    octets = bytearray()
    for at in range(0, len(values) - 4, 5):
        number = 0
        for value in values[at : at + 5]:
            number = number * 85 + value
        octets += number.to_bytes(4, "big") if number < 1 << 32 else bytes(4)
    return bytes(octets)


def _holds(octets: bytes, is_secret: Callable[[str], bool]) -> bool:
    """Whether any readable text in the octets is secret."""
    return any(is_secret(match[0].decode(errors="ignore")) for match in READABLE.finditer(octets.replace(b"\x00", b"")))


def _end_of_token(plain: str, end: int) -> int:
    """The end of a token, including its other parts and continuation lines."""
    tail = TAIL.match(plain, end)
    end = tail.end() if tail else end
    while (more := NEXT_LINE.match(plain, end)) is not None and not more["more"].islower():
        end = more.end()
    return end
