"""A stranger's archive is inspected before it is unpacked: anything that is not a bundle's is refused in one line."""

import io
import os
import struct
import zipfile
from pathlib import Path

import pytest

from harness.reporting.archive import LARGEST_PACKED, UnsafeArchiveError, read_archive

MEBIBYTE = 1024 * 1024


def bound_of(name: str) -> int:
    return {"manifest.json": MEBIBYTE, "verdict.json": 8 * MEBIBYTE}.get(name, 0)


def archive(tmp_path: Path, *entries: tuple[zipfile.ZipInfo | str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> Path:
    path = tmp_path / "bundle.zip"
    with zipfile.ZipFile(path, "w", kind) as packed:
        for entry, content in entries:
            packed.writestr(entry, content, kind)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(UnsafeArchiveError) as caught:
        read_archive(path, bound_of)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def special(name: str, mode: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.create_system, entry.external_attr = 3, mode << 16
    return entry


def test_what_is_expected_is_read(tmp_path):
    path = archive(tmp_path, ("manifest.json", b"{}"), ("verdict.json", b"[]"))

    assert read_archive(path, bound_of) == {"manifest.json": b"{}", "verdict.json": b"[]"}


@pytest.mark.parametrize(
    "name",
    [
        "../manifest.json", "/manifest.json", "a/../manifest.json", "..\\manifest.json", "C:manifest.json", "specs/",
        "./manifest.json", "manifest.json/", "sub/manifest.json", "MANIFEST.JSON", "manifest.json ", "\x1b[2Jmanifest",
        "manifest.json\n::error::x", "con", "\u202enosj.tsefinam", "a" * 60_000,
    ],
)  # fmt: skip
def test_a_name_that_no_bundle_has_is_refused(tmp_path, name):
    told = refusal(archive(tmp_path, (name, b"{}")))

    assert told.endswith("which no bundle has")
    assert told.isascii()
    assert len(told) < 200


def test_a_name_with_a_zero_in_it_is_refused(tmp_path):
    path = archive(tmp_path, ("manifest.json_x", b"{}"))
    path.write_bytes(path.read_bytes().replace(b"manifest.json_x", b"manifest.json\0x"))

    assert refusal(path) == "it contains 'manifest.json', which no bundle has"


@pytest.mark.parametrize("mode", [0o120777, 0o020666, 0o060666, 0o010666, 0o040755, 0o140777])
def test_links_devices_and_folders_are_refused(tmp_path, mode):
    path = archive(tmp_path, (special("manifest.json", mode), b"/etc/hostname"))

    assert refusal(path) == "'manifest.json' is a link or a device, not a file"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_that_is_there_twice_is_refused(tmp_path):
    path = archive(tmp_path, ("manifest.json", b"{}"), ("manifest.json", b"[]"))

    assert refusal(path) == "it contains 'manifest.json' twice"


def test_an_encrypted_file_is_refused(tmp_path):
    path = archive(tmp_path, ("manifest.json", b"{}"))
    octets = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        octets[octets.index(mark) + offset] |= 1
    path.write_bytes(octets)

    assert refusal(path) == "'manifest.json' is encrypted"


@pytest.mark.parametrize("kind", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_coding_that_gives_as_much_as_it_likes_is_refused(tmp_path, kind):
    path = archive(tmp_path, ("manifest.json", bytes(2000)), kind=kind)

    assert refusal(path) == "'manifest.json' uses a compression that no bundle uses"


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path):
    path = archive(tmp_path, ("verdict.json", bytes(64 * MEBIBYTE)))

    assert path.stat().st_size < MEBIBYTE
    assert refusal(path) == "'verdict.json' is larger than 8 MB when unpacked"


def test_a_bomb_that_lies_about_its_size_gives_no_more_than_it_said(tmp_path):
    """Both of its headers say that it has ten bytes."""
    content = bytes(64 * MEBIBYTE)
    path = archive(tmp_path, ("verdict.json", content))
    told, lie = struct.pack("<I", len(content)), struct.pack("<I", 10)
    path.write_bytes(path.read_bytes().replace(told, lie))

    assert refusal(path).startswith("it is not a complete ZIP archive (Bad CRC-32")


def test_a_manifest_that_says_it_has_four_gibibytes_is_refused(tmp_path):
    path = archive(tmp_path, ("manifest.json", b"{}"))
    octets = bytearray(path.read_bytes())
    struct.pack_into("<I", octets, octets.index(b"PK\x01\x02") + 24, 0xFFFFFFF0)
    path.write_bytes(octets)

    assert refusal(path) == "'manifest.json' is larger than 1 MB when unpacked"


def test_an_archive_in_an_archive_is_not_looked_into(tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as packed:
        packed.writestr("../../x", b"x")

    path = archive(tmp_path, ("verdict.json", inner.getvalue()))

    assert read_archive(path, bound_of) == {"verdict.json": inner.getvalue()}


def test_a_list_of_files_without_end_is_refused(tmp_path):
    path = archive(tmp_path, *((f"{number:0200}", b"") for number in range(5_000)))

    assert refusal(path) == "the list of its files is too long"


def test_a_long_list_of_files_is_refused(tmp_path):
    assert refusal(archive(tmp_path, *((f"f{number}", b"") for number in range(1_001)))) == (
        "it contains more than 1000 files"
    )


@pytest.mark.parametrize("before", [b"#!/bin/sh\n", b"%PDF-1.7\n", b"\0"])
def test_what_is_something_else_too_is_refused(tmp_path, before):
    path = archive(tmp_path, ("manifest.json", b"{}"))
    path.write_bytes(before + path.read_bytes())

    assert refusal(path) == "it contains data outside its files"


@pytest.mark.parametrize("spoil", [slice(0, 30), slice(0, -22), slice(40, None)])
def test_half_an_archive_is_refused(tmp_path, spoil):
    path = archive(tmp_path, ("manifest.json", os.urandom(500)))
    path.write_bytes(path.read_bytes()[spoil])

    assert refusal(path)


def test_every_octet_may_be_wrong(tmp_path):
    """Whatever is corrupted, the archive is read as it was, or refused in one line."""
    path = archive(tmp_path, ("manifest.json", b"{}"), ("verdict.json", b"[1, 2, 3]"))
    whole, files = path.read_bytes(), read_archive(path, bound_of)
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        try:
            content = read_archive(path, bound_of)
        except UnsafeArchiveError:
            continue
        assert content.items() <= files.items()


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="a system without /dev/zero")
def test_a_device_is_refused():
    assert refusal(Path("/dev/zero")) == "it is not a file"


def test_an_archive_beyond_the_bound_is_not_read(tmp_path):
    path = tmp_path / "bundle.zip"
    with path.open("wb") as file:
        file.truncate(LARGEST_PACKED + 1)

    assert refusal(path) == "it is larger than 256 MB"
