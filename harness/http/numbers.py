"""Finds the numbers in a request that may identify a person or an organisation, however they are hidden.

Undone are percent-encoding, JSON and XML escapes in any layers, base64, gzip, deflate and zip, UTF-16 and UTF-32,
zero-width characters, and digits of any script. Read as one number are nine or eleven digits in a row or grouped as
such numbers are written, and a JSON integer that lost its leading zero. Not searched for are forms that no program in
this field uses: numbers written backwards, in hexadecimal or another base, in words, or encrypted.
"""

import binascii
import gzip
import io
import json
import re
import unicodedata
import zipfile
import zlib
from base64 import urlsafe_b64decode
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation

from harness.exchange import Request
from harness.identifiers import is_real_person
from harness.redaction.folding import plain_of, undressed

NOT_SCANNED = frozenset({"host", "content-length"})
"""Headers that HTTP itself writes."""

OWN_CLAIMS = frozenset({"consumer", "supplier", "iss", "aud", "jti", "iat", "exp", "nbf", "auth_time", "client_id"})
"""Claims with which the issuer describes itself, the client and the parties behind it: none of them is chosen by us."""

PERSON, ORGANISATION = 11, 9
LARGEST = 50_000_000
"""Octets of an unpacked body that are searched."""

MOST_LAYERS = 2
"""Nested layers of base64 or compression."""

JWS = re.compile(r"(?:eyJ|eyAi|ewog|ew0K)[A-Za-z0-9_-]+\.([A-Za-z0-9_-]+)(?:\.[A-Za-z0-9_-]*)?")
UUID = re.compile(r"(?<![0-9a-f])[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![0-9a-f])", re.IGNORECASE)
BASE64 = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")
BETWEEN = r"(?:[ _/\\.;'’·|~*()\[\]\-\u00a0\u00b7\u1680\u2000-\u200a\u2010-\u2015\u202f\u205f\u2212\u3000]|%20|\+)"
CLUSTER = re.compile(rf"\d++(?:{BETWEEN}{{1,2}}+\d++)*+")
GROUP = re.compile(r"\d+")
WITH_COMMAS = re.compile(r"(?<=[\"'>=])\d{3},\d{3},\d{3}(?=[\"'<&]|$)")
JSON_INTEGER = re.compile(r"(?:[:\[,]\s*|^\s*)(\d{10})(?:\.0+)?(?=\s*(?:[,}\]]|$))")
EXPONENT = re.compile(r"(?<![\w.])\d+(?:\.\d+)?[eE]\+?\d{1,2}(?![\w.])")
COMMENT = re.compile(r"<!--.*?-->|<\?.*?\?>", re.DOTALL)
SECTION = re.compile(r"<!\[CDATA\[|\]\]>")
ENTITY = re.compile(r"<!ENTITY\s+(?P<name>[\w.-]+)\s+(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)')")
SOFT_END = re.compile(r"=\r?\n")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|(?:\\{1,16}(?:u00|x)|%(?:25)*)(?:[01][0-9A-Fa-f]|7[fF])")
"""A control character, raw or escaped: it may split a number, or separate it from what precedes it."""
MONTHS = frozenset(f"{month:02}" for month in range(1, 13))


def numbers_in(request: Request) -> Iterator[str]:
    """Every number of nine or eleven digits in a request."""
    for text in _texts(request):
        yield from _numbers(text, MOST_LAYERS)


def _texts(request: Request) -> Iterator[str]:
    parts = request.parts
    yield parts.path
    yield from _form(parts.query)
    yield parts.fragment
    for name, value in request.headers:
        if name.lower() not in NOT_SCANNED:
            yield from (name, value)
    for octets in _unpacked(request.body, MOST_LAYERS):
        for text in _decoded(octets):
            yield from _form(text)


def _form(text: str) -> Iterator[str]:
    yield text
    if "+" in text:
        yield text.replace("+", " ")


def _numbers(text: str, layers: int) -> Iterator[str]:
    """The numbers in a text, in every way in which it may be read."""
    for view in _views(text):
        without_tokens = JWS.sub(" ", view)
        for token in JWS.finditer(view):
            yield from _numbers(_claims_text(token[1]), layers)
        plain = UUID.sub(" ", without_tokens)
        yield from _written(plain)
        yield from _json_numbers(plain)
        if layers:
            for inner in _base64(plain):
                yield from _numbers(inner, layers - 1)


def _views(text: str) -> Iterator[str]:
    """A text as it is meant: without escapes and diacritics, with ASCII digits; XML also without what splits its text.

    A superscript or circled digit may be part of a number, or a footnote mark after one.
    """
    plain = plain_of(text)
    yield plain
    if not plain.isascii():
        raised, plain = plain, plain_of(unicodedata.normalize("NFKC", undressed(plain)))
        if plain != raised:
            yield plain
    if CONTROL.search(text):
        yield plain_of(CONTROL.sub(" ", text))
    if "<" in plain and ("<!" in plain or "<?" in plain):
        yield SECTION.sub("", COMMENT.sub("", _with_entities(plain)))
    if "=" in plain and SOFT_END.search(text):
        yield SOFT_END.sub("", text)


def _with_entities(text: str) -> str:
    """XML with its own entities expanded, as long as that does not make it too large."""
    own = {found["name"]: found["double"] or found["single"] or "" for found in ENTITY.finditer(text)}
    for name, value in own.items():
        if text.count(f"&{name};") * len(value) < LARGEST:
            text = text.replace(f"&{name};", value)
    return text


def _written(text: str) -> Iterator[str]:
    """Numbers in the forms that people and programs write."""
    for cluster in CLUSTER.finditer(text):
        if len(cluster[0]) < ORGANISATION:
            continue
        groups = [match.span() for match in GROUP.finditer(text, *cluster.span())]
        for number, lengths, start in _joined(text, groups):
            is_fraction = len(lengths) == 1 and text[start - 1 : start] == "." and text[start - 2 : start - 1].isdigit()
            if _is_written_so(lengths) and not is_fraction:
                yield number
    for match in WITH_COMMAS.finditer(text):
        yield match[0].replace(",", "")


def _joined(text: str, groups: list[tuple[int, int]]) -> Iterator[tuple[str, tuple[int, ...], int]]:
    """Runs of groups with nine or eleven digits in total, with the lengths of the groups and the start position."""
    for first, (start, _) in enumerate(groups):
        count, last = 0, first
        while last < len(groups) and count < PERSON:
            count += groups[last][1] - groups[last][0]
            last += 1
            if count in {ORGANISATION, PERSON}:
                run = groups[first:last]
                yield "".join(text[a:b] for a, b in run), tuple(b - a for a, b in run), start


def _is_written_so(lengths: tuple[int, ...]) -> bool:
    """Whether numbers are grouped like this: in one piece, in groups of equal length, or split after the date."""
    if len(set(lengths[:-1])) <= 1 and lengths[-1] <= lengths[0]:
        return True
    if sum(lengths) == ORGANISATION:
        return lengths in {(3, 6), (6, 3), (2, 3, 2, 2), (3, 2, 2, 2)}
    return 6 in {sum(lengths[:end]) for end in range(1, len(lengths))} or lengths in {(4, 2, 5), (5, 6), (3, 3, 5)}


def _json_numbers(text: str) -> Iterator[str]:
    """JSON integers that lost a leading zero, and numbers with an exponent."""
    for match in JSON_INTEGER.finditer(text):
        number = f"0{match[1]}"
        if number[2:4] in MONTHS and is_real_person(number):
            yield number
    for match in EXPONENT.finditer(text):
        try:
            value = Decimal(match[0])
        except InvalidOperation:
            continue
        if value < 10**PERSON and value == value.to_integral_value():
            digits = str(int(value))
            yield digits.zfill(PERSON) if len(digits) == PERSON - 1 else digits


def _claims_text(payload: str) -> str:
    """The claims of a grant or token about parties that we chose, one value per line."""
    try:
        claims = json.loads(_from_base64(payload))
    except (ValueError, RecursionError):
        return _from_base64(payload).decode(errors="replace")
    if not isinstance(claims, Mapping):
        return str(claims)
    return "\n".join(_leaves({name: value for name, value in claims.items() if name not in OWN_CLAIMS}))


def _leaves(value: object) -> Iterator[str]:
    """Every name and every value of a JSON document as separate texts."""
    if isinstance(value, Mapping):
        for name, child in value.items():
            yield str(name)
            yield from _leaves(child)
    elif isinstance(value, list):
        for child in value:
            yield from _leaves(child)
    else:
        yield str(value)


def _base64(text: str) -> Iterator[str]:
    """Decoded base64, starting at each of the four possible offsets."""
    for match in BASE64.finditer(text):
        run = match[0]
        if run.isdigit() or run.islower() or run.isupper():
            continue
        for skipped in range(4):
            octets = _from_base64(run[skipped:])
            for unpacked in _unpacked(octets, 1):
                yield from (part for part in _decoded(unpacked) if any(map(str.isdigit, part)))


def _from_base64(run: str) -> bytes:
    bare = run.rstrip("=").replace("+", "-").replace("/", "_")
    whole = bare[: len(bare) - 1 if len(bare) % 4 == 1 else len(bare)]
    try:
        return urlsafe_b64decode(whole + "=" * (-len(whole) % 4))
    except (binascii.Error, ValueError):
        return b""


def _unpacked(octets: bytes, layers: int) -> Iterator[bytes]:
    """Octets as they are, and what they contain if compressed with gzip, deflate or zip."""
    if not octets:
        return
    yield octets
    if layers:
        for inner in _contents(octets):
            yield from _unpacked(inner, layers - 1)


def _contents(octets: bytes) -> Iterator[bytes]:
    try:
        if octets.startswith(b"\x1f\x8b"):
            yield gzip.GzipFile(fileobj=io.BytesIO(octets)).read(LARGEST)
        elif octets.startswith((b"x\x01", b"x\x5e", b"x\x9c", b"x\xda")):
            yield zlib.decompressobj().decompress(octets, LARGEST)
        elif octets.startswith(b"PK\x03\x04"):
            with zipfile.ZipFile(io.BytesIO(octets)) as archive:
                for name in archive.namelist():
                    with archive.open(name) as file:
                        yield name.encode() + b"\n" + file.read(LARGEST)
        elif not octets[:1].isspace() and not octets.isascii():
            yield zlib.decompressobj(-zlib.MAX_WBITS).decompress(octets, LARGEST)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError):
        return


def _decoded(octets: bytes) -> Iterable[str]:
    """Octets as text: by byte order mark, by the NULs that wider encodings put between ASCII, else as UTF-8."""
    if octets.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return (octets.decode("utf-32", errors="replace"),)
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")):
        return (octets.decode("utf-16", errors="replace"),)
    text = octets.decode(errors="replace")
    if b"\x00" not in octets:
        return (text,)
    return (text.replace("\x00", ""), text)
