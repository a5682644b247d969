"""Decodes a body piece by piece, so that nothing grows larger than its reader allows (RFC 9110, 8.4.1)."""

import zlib
from collections.abc import Callable, Iterator

ACCEPTED = "gzip, deflate"
PIECE = 64 * 1024
"""Bytes decoded before the reader can stop."""

MOST_CODINGS = 3
NOT_ACCEPTED = frozenset({"br", "zstd", "compress", "x-compress", "dcb", "dcz", "exi"})
"""Codings in IANA's registry (2025-09) that no request accepts, but a gateway may use anyway."""
GZIP_MAGIC = b"\x1f\x8b"

Opener = Callable[[bytes], "zlib._Decompress"]


class BrokenCodingError(Exception):
    """A body is not in its stated coding, or ends in the middle of it."""


def unpacked(pieces: Iterator[bytes], content_encoding: str) -> Iterator[bytes]:
    """The pieces with every coding removed; unchanged if any coding is unknown.

    Raises BrokenCodingError, also for a coding that our requests do not accept.
    """
    codings = [name.strip().lower() for name in content_encoding.split(",")]
    codings = [name for name in codings if name not in {"", "identity"}]
    uninvited = next((name for name in codings if name in NOT_ACCEPTED), None)
    if uninvited is not None:
        raise BrokenCodingError(f"the body is in the coding {uninvited}, which the request did not accept")
    if len(codings) > MOST_CODINGS or any(name not in OPENERS for name in codings):
        return pieces
    for name in reversed(codings):
        pieces = _unpacked(pieces, name)
    return pieces


def _unpacked(pieces: Iterator[bytes], coding: str) -> Iterator[bytes]:
    """Empty pieces are passed on too, so that the reader can check the clock."""
    unpacker = None
    for piece in pieces:
        rest = piece
        if not rest:
            yield rest
        while rest:
            if unpacker is None or (unpacker.eof and rest.startswith(GZIP_MAGIC)):
                unpacker = OPENERS[coding](rest)
            if unpacker.eof:
                break  # padding after the end
            try:
                yield unpacker.decompress(rest, PIECE)
            except zlib.error as error:
                raise BrokenCodingError(f"the body is not {coding}, although Content-Encoding says so") from error
            rest = unpacker.unused_data or unpacker.unconsumed_tail
    while unpacker is not None and not unpacker.eof and (held := unpacker.decompress(b"", PIECE)):
        yield held
    if unpacker is not None and not unpacker.eof:
        raise BrokenCodingError(f"the body ends in the middle of its {coding} stream")


def _deflate(beginning: bytes) -> "zlib._Decompress":
    """With zlib's wrapper, as RFC 9110 says, or bare, as some servers send it."""
    is_wrapped = beginning[0] & 0x0F == zlib.DEFLATED and (
        len(beginning) < 2 or int.from_bytes(beginning[:2]) % 31 == 0
    )
    return zlib.decompressobj(zlib.MAX_WBITS if is_wrapped else -zlib.MAX_WBITS)


def _gzip(beginning: bytes) -> "zlib._Decompress":  # noqa: ARG001 - the signature of an opener
    return zlib.decompressobj(zlib.MAX_WBITS | 16)


OPENERS: dict[str, Opener] = {"gzip": _gzip, "x-gzip": _gzip, "deflate": _deflate}
