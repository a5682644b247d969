"""Unwraps a key from what secret stores and shells put around it, until PEM, JSON or DER is left.

Stores hold one line of text: a PEM file arrives with literal `\\n`, with spaces for line ends, as a JSON string, or in
base64; an editor adds a byte order mark or saves as UTF-16.
"""

import base64
import binascii
import json
import re
from urllib.parse import unquote_plus

from harness.files.text import MARKS, decoded
from harness.files.unreadable import UnreadableFileError

MOST_LAYERS = 6
DER = b"\x30"
"""The first byte of every DER key, certificate and PKCS#12 file: a SEQUENCE."""

_BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----", re.DOTALL)
_BEGIN = re.compile(r"-----BEGIN[ \u00a0]")
_ESCAPED = ("-----BEGIN%20", "-----BEGIN+", "%7B", "%7b")
"""How PEM and a JWK begin when they were escaped for a URL or a form."""
_LINE_END = re.compile(r"\\+[rn]")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
"""Invisible characters that a web page or a word processor leaves in a text."""
_HEADER = re.compile(r"^[A-Za-z-]+: .*$", re.MULTILINE)


def unwrapped(octets: bytes) -> bytes:
    """PEM blocks with proper lines, a JSON text in UTF-8, or DER; anything else is returned unchanged."""
    for _ in range(MOST_LAYERS):
        inner = _without_one(octets)
        if inner == octets:
            break
        octets = inner
    return octets


def is_json(octets: bytes) -> bool:
    return octets.startswith((b"{", b"["))


def _without_one(octets: bytes) -> bytes:
    if octets.startswith(DER):
        return octets
    text = _text(octets)
    if text is None:
        return octets
    text = text.strip()
    if text.startswith(_ESCAPED):
        return unquote_plus(text).encode()
    if text.startswith("data:"):
        return text.partition(",")[2].encode()
    if _BEGIN.search(text) and not text.startswith("{"):
        return _with_lines(text).encode()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return _unquoted(text).encode()
    if text.startswith('{\\"'):
        return text.replace('\\"', '"').encode()
    if _is_hexadecimal(text.encode()):
        return bytes.fromhex(text)
    return _from_base64(text) or text.encode()


def _text(octets: bytes) -> str | None:
    """Octets decoded from UTF-8 or UTF-16, the latter also without a byte order mark; None if they are not text."""
    if not octets.startswith(tuple(mark for mark, _ in MARKS)):
        for encoding, zeros in (("utf-16-le", octets[1::2]), ("utf-16-be", octets[::2])):
            if len(octets) > 1 and len(octets) % 2 == 0 and not any(zeros):
                return octets.decode(encoding, "replace")
    try:
        return decoded(octets, "key")
    except UnreadableFileError:
        return None


def _with_lines(text: str) -> str:
    """PEM as parsers expect it: each label on its own line, and lines of 64 characters between them."""
    text = _LINE_END.sub(lambda found: "\n" if found[0].endswith("n") else "", text).replace("\r\n", "\n")
    text = _UNSEEN.sub("", text).replace("\u00a0", " ")
    blocks = []
    for label, content in _BLOCK.findall(text):
        headers = _HEADER.findall(content)
        body = "".join(_HEADER.sub("", content).split())
        lines = [body[start : start + 64] for start in range(0, len(body), 64)]
        head = [*headers, ""] if headers else []
        blocks.append("\n".join([f"-----BEGIN {label}-----", *head, *lines, f"-----END {label}-----", ""]))
    return "".join(blocks) or text


def _unquoted(text: str) -> str:
    try:
        inner = json.loads(text)
    except ValueError:
        return text[1:-1]
    return inner if isinstance(inner, str) else text


def _is_hexadecimal(octets: bytes) -> bool:
    """DER (a SEQUENCE with a two-octet length) or PEM in hexadecimal digits. In base64 they begin with MI or LS."""
    return len(octets) % 2 == 0 and re.fullmatch(rb"(?:3082|2[dD]2[dD])[0-9A-Fa-f]+", octets) is not None


def _from_base64(text: str) -> bytes | None:
    """Decoded base64, standard or URL-safe, with or without line ends and padding; None if neither text nor DER."""
    plain = "".join(text.replace("\\r", "").replace("\\n", "").split())
    plain = plain.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        octets = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
    known = (DER, *(mark for mark, _ in MARKS))
    return octets if octets.startswith(known) or octets.isascii() else None
