"""Reads an archive from a third party: nothing is unpacked before its path, type and size have been checked."""

import stat
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from harness.files.text import MEBIBYTE

LARGEST_PACKED = 256 * MEBIBYTE
LARGEST_LIST = MEBIBYTE
"""The most bytes read at once; the list of an archive's files is read at once, so about ten thousand fit."""
MOST_FILES = 1000
PIECE = 64 * 1024

ENCRYPTED = 0x1
"""Bit 0 of an entry's flags (APPNOTE 4.4.4)."""
KINDS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""Compression types that are unpacked piece by piece; ZIP's others may return any amount at once."""


class UnsafeArchiveError(Exception):
    """An archive that is refused; the text says what is wrong with it, without naming the file."""


class _InPieces:
    """A file that limits how much is read in one call, whatever length the file claims."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell, self.close, self.seekable = file.seek, file.tell, file.close, file.seekable

    def read(self, size: int = -1) -> bytes:
        octets = self._file.read(min(size, LARGEST_LIST + 1) if size >= 0 else LARGEST_LIST + 1)
        if len(octets) > LARGEST_LIST:
            raise UnsafeArchiveError("the list of its files is too long")
        return octets


def read_archive(path: Path, bound_of: Callable[[str], int]) -> dict[str, bytes]:
    """The files of a ZIP archive by name.

    `bound_of` returns a file's maximum size in bytes, 0 for an unexpected file. Raises UnsafeArchiveError, and OSError
    for an unreadable file.
    """
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise UnsafeArchiveError("it is not a file")
    if status.st_size > LARGEST_PACKED:
        raise UnsafeArchiveError(f"it is larger than {LARGEST_PACKED // MEBIBYTE} MB")
    try:
        with path.open("rb") as file, zipfile.ZipFile(_InPieces(file)) as archive:
            entries = archive.infolist()
            _ensure_safe(archive, entries, bound_of)
            return {entry.filename: _content(archive, entry) for entry in entries}
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise UnsafeArchiveError(f"it is not a complete ZIP archive ({_line(error)})") from error
    except (zlib.error, OverflowError) as error:
        raise UnsafeArchiveError(f"a file in it cannot be unpacked ({_line(error)})") from error


def _ensure_safe(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], bound_of: Callable[[str], int]) -> None:
    """Raises UnsafeArchiveError for anything that packing a bundle would not produce."""
    if len(entries) > MOST_FILES:
        raise UnsafeArchiveError(f"it contains more than {MOST_FILES} files")
    if archive.comment or (entries and min(entry.header_offset for entry in entries) != 0):
        raise UnsafeArchiveError("it contains data outside its files")
    seen: set[str] = set()
    for entry in entries:
        name, mode = entry.filename, entry.external_attr >> 16
        what = ascii(name[:80])
        if entry.orig_filename != name or bound_of(name) == 0:
            raise UnsafeArchiveError(f"it contains {what}, which no bundle has")
        if name in seen:
            raise UnsafeArchiveError(f"it contains {what} twice")
        if mode and stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
            raise UnsafeArchiveError(f"{what} is a link or a device, not a file")
        if entry.flag_bits & ENCRYPTED:
            raise UnsafeArchiveError(f"{what} is encrypted")
        if entry.compress_type not in KINDS:
            raise UnsafeArchiveError(f"{what} uses a compression that no bundle uses")
        if entry.file_size > bound_of(name):
            raise UnsafeArchiveError(f"{what} is larger than {bound_of(name) // MEBIBYTE} MB when unpacked")
        seen.add(name)


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """An entry's content: zipfile returns no more than the declared size, and checks the checksum."""
    with archive.open(entry) as file:
        return b"".join(iter(lambda: file.read(PIECE), b""))


def _line(error: Exception) -> str:
    return ascii(" ".join(str(error).split())[:200])[1:-1]
