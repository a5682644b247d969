"""Reads octets and text from a file or a stream, up to a limit.

An editor may have added a byte order mark, written UTF-16 (as Windows PowerShell's `>` does), or ended lines with CR
LF; callers see none of this.
"""

import codecs
import os
import stat
from pathlib import Path
from typing import BinaryIO

from harness.files.unreadable import UnreadableFileError

MEBIBYTE = 1024 * 1024
LARGEST = 32 * MEBIBYTE
"""Octets of a file, unless its reader sets another limit; the largest public OpenAPI document has 12 MB."""

STREAMS = ("/dev/fd/", "/proc/")
"""Where a shell puts a pipe that it holds open: `--waivers <(command)`."""

FIXES: dict[type[Exception], str] = {
    IsADirectoryError: "Name a file in it.",
    PermissionError: "Name a file that you may read.",
}

# UTF-32 precedes UTF-16 because its byte order mark begins with that of UTF-16.
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


PACKED = (b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"\x28\xb5\x2f\xfd")
"""The magic bytes of gzip, ZIP, bzip2, xz, 7-Zip and zstd files."""


def read_octets(path: Path, largest: int = LARGEST) -> bytes:
    """The content of a file of at most `largest` octets; raises UnreadableFileError.

    A device has no size, so it is also read up to the limit. A pipe without a writer would never end, and is refused
    unless a shell holds it.
    """
    try:
        status = path.stat()
        if stat.S_ISFIFO(status.st_mode) and not str(path).startswith(STREAMS):
            raise UnreadableFileError(path, "it is a pipe, not a file", "Name a file.")
        if stat.S_ISREG(status.st_mode) and status.st_size > largest:
            raise _too_large(path, largest)
        with path.open("rb") as file:
            return read_stream(file, path, largest)
    except (OSError, ValueError) as error:  # a path with a NUL raises ValueError
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
        fix = next((fix for kind, fix in FIXES.items() if isinstance(error, kind)), "Name a file that exists.")
        raise UnreadableFileError(path, f"it cannot be read ({reason})", fix) from error


def read_stream(stream: BinaryIO, where: object, largest: int = LARGEST) -> bytes:
    """The content of a stream; raises UnreadableFileError for more than `largest` octets."""
    octets = stream.read(largest + 1)
    if len(octets) > largest:
        raise _too_large(where, largest)
    return octets


def read_text(path: Path, largest: int = LARGEST) -> str:
    """The text of a file, without byte order mark and with LF line ends; raises UnreadableFileError."""
    return decoded(read_octets(path, largest), path)


def decoded(octets: bytes, where: object) -> str:
    """Octets decoded from UTF-8, or from what a byte order mark says. `where` names their source in an error.

    Raises UnreadableFileError.
    """
    if octets.startswith(PACKED):
        raise UnreadableFileError(where, "it is compressed", "Unpack it, and name the unpacked file.")
    mark, encoding = next(((m, name) for m, name in MARKS if octets.startswith(m)), (b"", "utf-8"))
    try:
        text = octets[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        line = octets.count(b"\n", 0, len(mark) + error.start) + 1
        what = f"byte {len(mark) + error.start + 1} is not {encoding.upper()}"
        raise UnreadableFileError(where, what, "Save the file as UTF-8.", line) from error
    if not mark and "\0" in text:
        raise UnreadableFileError(where, "it is not UTF-8 text (it contains zero bytes)", "Save the file as UTF-8.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _too_large(where: object, largest: int) -> UnreadableFileError:
    bound = f"{largest // MEBIBYTE} MB" if largest >= MEBIBYTE else f"{largest} bytes"
    return UnreadableFileError(where, f"it is larger than {bound}", "Name a smaller file.")
