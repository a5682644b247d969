"""Reads an archive that somebody else packed: nothing is unpacked before its place, kind and size were looked at."""

import stat
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from harness.files.text import MEBIBYTE

LARGEST_PACKED = 256 * MEBIBYTE
LARGEST_LIST = MEBIBYTE
"""Octets that are read in one piece: the list of an archive's files is, and has room for some ten thousand here."""
MOST_FILES = 1000
PIECE = 64 * 1024

ENCRYPTED = 0x1
"""Bit 0 of an entry's flags (APPNOTE 4.4.4)."""
KINDS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""What is unpacked piece by piece; the other codings of ZIP give as much as they like for one piece."""


class UnsafeArchiveError(Exception):
    """An archive that is not unpacked; the text says what is wrong with it, without naming the file."""


class _InPieces:
    """A file of which nobody reads much in one call, whatever a length inside it says."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell, self.close, self.seekable = file.seek, file.tell, file.close, file.seekable

    def read(self, size: int = -1) -> bytes:
        octets = self._file.read(min(size, LARGEST_LIST + 1) if size >= 0 else LARGEST_LIST + 1)
        if len(octets) > LARGEST_LIST:
            raise UnsafeArchiveError("the list of its files is too long")
        return octets


def read_archive(path: Path, bound_of: Callable[[str], int]) -> dict[str, bytes]:
    """The files of a ZIP archive by name. `bound_of` gives the octets that a file may have, 0 where none is expected.

    Raises UnsafeArchiveError, and OSError for a file that cannot be read.
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
        raise UnsafeArchiveError(f"it is not a whole ZIP archive ({_line(error)})") from error
    except (zlib.error, OverflowError) as error:
        raise UnsafeArchiveError(f"a file in it cannot be unpacked ({_line(error)})") from error


def _ensure_safe(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], bound_of: Callable[[str], int]) -> None:
    """Raises UnsafeArchiveError for anything that packing a bundle does not make."""
    if len(entries) > MOST_FILES:
        raise UnsafeArchiveError(f"it holds more than {MOST_FILES} files")
    if archive.comment or (entries and min(entry.header_offset for entry in entries) != 0):
        raise UnsafeArchiveError("it holds something outside its files")
    seen: set[str] = set()
    for entry in entries:
        name, mode = entry.filename, entry.external_attr >> 16
        what = ascii(name[:80])
        if entry.orig_filename != name or bound_of(name) == 0:
            raise UnsafeArchiveError(f"it holds {what}, which no bundle has")
        if name in seen:
            raise UnsafeArchiveError(f"it holds {what} twice")
        if mode and stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
            raise UnsafeArchiveError(f"{what} is a link or a device, not a file")
        if entry.flag_bits & ENCRYPTED:
            raise UnsafeArchiveError(f"{what} is encrypted")
        if entry.compress_type not in KINDS:
            raise UnsafeArchiveError(f"{what} is packed in a way that no bundle uses")
        if entry.file_size > bound_of(name):
            raise UnsafeArchiveError(f"{what} is larger than {bound_of(name) // MEBIBYTE} MB when unpacked")
        seen.add(name)


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """What an entry holds: zipfile gives no more of it than the list says, and checks its sum."""
    with archive.open(entry) as file:
        return b"".join(iter(lambda: file.read(PIECE), b""))


def _line(error: Exception) -> str:
    return ascii(" ".join(str(error).split())[:200])[1:-1]
