"""Secrets that the tool itself knows: passwords, keys, grants and tokens are recognised by value, whole or in part."""

import re
import threading
from base64 import b64encode
from collections.abc import Iterator

SHORTEST = 4
"""Characters; a shorter text is not treated as a secret."""

BLOCK, STEP = 8, 4
"""A token is stored as blocks of its characters, so that any eleven in a row are recognised anywhere."""

TOKEN = re.compile(r"[A-Za-z0-9+/_=.-]{16,}")
_ARMOUR = re.compile(r"-----[A-Z0-9 ]+-----")
_PIECE = re.compile(r"[A-Za-z0-9+/_-]{11,}")
_BROKEN = re.compile(
    r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{1,10}(?P<between>[^A-Za-z0-9+/_-]{1,8}(?:[+/_-][^A-Za-z0-9+/_-]{1,8})?)"
    r"(?:[A-Za-z0-9+/_-]{1,10}(?P=between)){2,}(?:[A-Za-z0-9+/_-]{1,10}(?![A-Za-z0-9+/_-]))?"
)
"""Four or more pieces; every sentence matches, and is searched."""
_HEADER = re.compile(r"(?:eyJ|eyAi|ewog|ew0K)[A-Za-z0-9_-]*\.")
_KINDS = [re.compile(kind) for kind in ("[A-Z]", "[a-z]", "[0-9]")]
_TO_URL = str.maketrans("+/", "-_")


class KnownSecrets:
    """Secrets by value. Thread-safe."""

    def __init__(self) -> None:
        self._blocks: set[str] = set()
        self._whole: dict[str, None] = {}
        self._pattern: re.Pattern[str] | None = None
        self._lock = threading.Lock()
        self._tokens: set[int] = set()
        """Hashes of the tokens already stored as blocks."""

    @property
    def count(self) -> int:
        """How many secrets are known: what was found in a text holds until there are more."""
        return len(self._tokens) + len(self._whole)

    def add(self, secret: str | bytes) -> None:
        """Remembers a secret: base64 characters in blocks, any other as a whole; binary octets as their base64."""
        text = (_as_text(secret) if isinstance(secret, bytes) else secret).strip()
        joined = re.sub(r"\s+", "", text)
        if "-----BEGIN" in text:  # everybody's keys have the same labels
            for line in re.split(r"\s+|\\[rn]", _ARMOUR.sub(" ", text)):
                if TOKEN.fullmatch(line):
                    self._add_blocks(line)
        elif TOKEN.fullmatch(joined):
            self._add_blocks(joined)
        elif len(text) >= SHORTEST:
            with self._lock:
                whole = {**self._whole, text: None}
                self._pattern = re.compile("|".join(_spaced(each) for each in sorted(whole, key=len)[::-1]))
                self._whole = whole  # last, because `count` must not rise before the secret is recognised

    def add_token(self, text: str) -> None:
        """Like `add`, for text from the wire: remembered only if it looks like a token, not like words."""
        if TOKEN.fullmatch(text) and all(kind.search(text) for kind in _KINDS):
            self._add_blocks(text)

    def _add_blocks(self, token: str) -> None:
        if hash(token) in self._tokens:
            return
        own = _HEADER.sub("", token, count=1).translate(_TO_URL)  # everybody's tokens have the same headers
        found = {
            part[at : at + BLOCK]
            for part in re.split(r"[.=]", own)
            for at in (*range(0, len(part) - BLOCK + 1, STEP), max(0, len(part) - BLOCK))
            if len(part) >= BLOCK
        }
        with self._lock:
            self._blocks |= found
            self._tokens.add(hash(token))  # last, as above

    def spans(self, plain: str) -> Iterator[tuple[int, int]]:
        """The spans of secrets that are known as a whole."""
        pattern = self._pattern
        if pattern is not None:
            yield from (match.span() for match in pattern.finditer(plain))

    def is_part(self, run: str) -> bool:
        """Whether a run of base64 characters contains part of a token."""
        blocks = self._blocks
        if not blocks:
            return False
        run = run.translate(_TO_URL)
        return not blocks.isdisjoint([run[at : at + BLOCK] for at in range(len(run) - BLOCK + 1)])

    def broken(self, plain: str) -> Iterator[tuple[int, int]]:
        """The spans of tokens broken into pieces too short to recognise singly, all with the same separator: blanks,
        commas, quotation marks, an invisible character."""
        if not self._blocks or len(plain) < 2 * BLOCK:
            return
        for match in _BROKEN.finditer(plain):
            pieces = match[0].split(match["between"])
            joined = "".join(pieces)
            if self.is_part(joined):
                at = match.start()
                places: list[int] = []
                for piece in pieces:
                    places += range(at, at + len(piece))
                    at += len(piece) + len(match["between"])
                known = [n for n in range(len(joined) - BLOCK + 1) if self.is_part(joined[n : n + BLOCK])]
                yield places[known[0]], places[known[-1] + BLOCK - 1] + 1


def _as_text(octets: bytes) -> str:
    try:
        return octets.decode()
    except UnicodeDecodeError:
        return b64encode(octets).decode()


def _spaced(secret: str) -> str:
    """A pattern for a secret, possibly broken over lines; a short one must be a separate word."""
    pattern = r"[\s+]*".join(re.escape(sign) for sign in secret if not sign.isspace())
    return pattern if len(secret) >= BLOCK else rf"(?<!\w){pattern}(?!\w)"
